import type { ApiError, Hit, RelatedLink, Snippet } from './api.js';
import { element, highlighted } from './dom.js';
import { documentLink, type State } from './url-state.js';
import { dateOf, leadIn } from './format.js';

/** Related links shown with a hit. The document itself shows all of them. */
const RELATED_SHOWN = 2;

/** Renders a hit as a list item. Its title links to the document. */
export function hitItem(hit: Hit, state: State): HTMLLIElement {
  const link = element('a', { href: documentLink(state, hit.id) || './' });
  link.append(highlighted(hit.title, hit.titleHighlights));
  return element(
    'li',
    { class: 'hit' },
    element('h2', {}, link),
    factsLine(hit.subject, hit.date),
    ...hit.snippets.map((snippet, at) => snippetLine(snippet, hit.snippets[at - 1]?.heading ?? null)),
    relatedList(hit.related.filter((one) => one.indexed).slice(0, RELATED_SHOWN), state),
  );
}

/** Renders a passage with its heading, which is omitted if the previous passage has the same one. */
function snippetLine({ heading, text, html, highlights }: Snippet, headingBefore: string | null): HTMLParagraphElement {
  const line = element(
    'p',
    {},
    heading === null || heading === headingBefore
      ? null
      : element('span', { class: 'snippet-heading' }, leadIn(heading)),
  );
  line.append(html.startsWith('…') ? '… ' : '', highlighted(text, highlights), html.endsWith('…') ? ' …' : '');
  return line;
}

/** Renders subject and date. Returns null if there is neither. */
export function factsLine(subject: string | null, date: string | null): HTMLElement | null {
  const facts = [subject, date === null ? null : dateOf(date)].filter((fact) => fact !== null);
  return facts.length === 0 ? null : element('p', { class: 'facts' }, facts.join(' · '));
}

/** Renders related links. Documents that are not in the index get no link, since their URL is unknown here. */
export function relatedList(links: readonly RelatedLink[], state: State): HTMLElement | null {
  if (links.length === 0) return null;
  const items = links.map(({ title, url, indexed }) =>
    element('li', {}, indexed ? element('a', { href: documentLink(state, url) }, title) : title),
  );
  return element('ul', { class: 'related', 'aria-label': 'Related questions' }, ...items);
}

/** Renders an error with its remedy. */
export function errorNotice(error: ApiError, retry: () => void, useKey: (key: string) => void): HTMLElement {
  if (error.status === 404) return noSuchDocument();
  const asksForKey = error.status === 401;
  // The remedy for a missing key is about headers, which only helps programs.
  const remedy = asksForKey ? null : error.remedy;
  return element(
    'div',
    { class: 'notice error', role: 'alert' },
    element('h2', {}, ERROR_HEADINGS[error.status] ?? 'That did not work'),
    element('p', {}, error.message),
    remedy === null ? null : element('p', {}, remedy),
    asksForKey ? keyForm(useKey) : button('Try again', retry),
  );
}

const ERROR_HEADINGS: Readonly<Record<number, string>> = {
  401: 'This search asks for a key',
  503: 'The index is being built',
};

function noSuchDocument(): HTMLElement {
  const home = element('a', { href: './' }, 'See all questions');
  const text = 'It may have been moved or removed. ';
  return element(
    'div',
    { class: 'notice error', role: 'alert' },
    element('h2', {}, 'That question is not here'),
    element('p', {}, text, home),
  );
}

/** Renders advice if nothing was found. */
export function nothingFound(query: string, filtered: boolean, clearFilters: () => void): HTMLElement {
  const about = query.trim() === '' ? 'There are no documents here.' : `Nothing found for “${query}”`;
  const notice = element(
    'div',
    { class: 'notice' },
    element('h2', {}, about),
    element('p', {}, 'Try other or fewer words.'),
  );
  if (filtered) notice.append(button('Search in every subject', clearFilters));
  return notice;
}

function keyForm(useKey: (key: string) => void): HTMLFormElement {
  const input = element('input', { type: 'password', id: 'key', autocomplete: 'off', required: '' });
  const form = element(
    'form',
    { class: 'key' },
    element('label', { for: 'key' }, 'Search key'),
    input,
    element('button', { type: 'submit' }, 'Use it'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    useKey(input.value);
  });
  return form;
}

function button(label: string, action: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button' }, label);
  made.addEventListener('click', action);
  return made;
}

/** Maximum number of unselected subjects shown. */
const SHOWN = 12;

/** Creates buttons that filter by subject. Selected subjects are always shown, even with a count of 0. */
export function subjectChips(
  counts: Readonly<Record<string, number>>,
  chosen: readonly string[],
  toggle: (subject: string) => void,
): HTMLButtonElement[] {
  const found = Object.entries(counts).sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
  const listed = new Map([
    ...chosen.map((subject) => [subject, counts[subject] ?? 0] as const),
    ...found.slice(0, SHOWN),
  ]);
  return [...listed].map(([subject, count]) => {
    const attributes = {
      type: 'button',
      'aria-pressed': String(chosen.includes(subject)),
      'data-subject': subject,
    };
    const chip = element('button', attributes, `${subject} (${count.toLocaleString('en')})`);
    chip.addEventListener('click', () => toggle(subject));
    return chip;
  });
}
