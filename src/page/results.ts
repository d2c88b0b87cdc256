import type { ApiError, Hit, RelatedLink, Snippet } from './api.js';
import { element, highlighted } from './dom.js';
import { documentLink, type State } from './url-state.js';
import { dateOf, leadIn } from './format.js';

/** A hit is there to be chosen, not to lead elsewhere: the document itself shows all of its related links. */
const RELATED_SHOWN = 2;

/** A hit as a list item; its title leads to the document. */
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

/** A passage under its heading, which is not said again where the passage before has the same. */
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

/** Subject and date, or null where there is neither. */
export function factsLine(subject: string | null, date: string | null): HTMLElement | null {
  const facts = [subject, date === null ? null : dateOf(date)].filter((fact) => fact !== null);
  return facts.length === 0 ? null : element('p', { class: 'facts' }, facts.join(' · '));
}

/** Related links; what the index does not hold is named without a link, as its place is not known here. */
export function relatedList(links: readonly RelatedLink[], state: State): HTMLElement | null {
  if (links.length === 0) return null;
  const items = links.map(({ title, url, indexed }) =>
    element('li', {}, indexed ? element('a', { href: documentLink(state, url) }, title) : title),
  );
  return element('ul', { class: 'related', 'aria-label': 'Related questions' }, ...items);
}

/** A notice that something is not as hoped, with what to do. */
export function errorNotice(error: ApiError, retry: () => void, useKey: (key: string) => void): HTMLElement {
  if (error.status === 404) return noSuchDocument();
  const asksForKey = error.status === 401;
  // The remedy for a missing key speaks of headers, which is for programs.
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

/** What to do where nothing was found. */
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

/** Most subjects that are offered at once. */
const SHOWN = 12;

/** Chips that keep the documents of one or more subjects; those chosen stay, even when they count nothing. */
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
