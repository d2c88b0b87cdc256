import * as api from './api.js';
import { documentView } from './document-view.js';
import { byId, element } from './dom.js';
import { errorNotice, hitItem, nothingFound, subjectChips } from './results.js';
import { EMPTY, readState, searchParameters, writeState, type State } from './url-state.js';
import { Suggestions } from './suggestions.js';
import { countOf } from './format.js';

type SubjectCounts = Readonly<Record<string, number>>;

const PAGE_SIZE = 10;
/** Milliseconds after the last key press before the search runs. */
const DEBOUNCE_MS = 150;

const ui = {
  form: byId('form', HTMLFormElement),
  input: byId('q', HTMLInputElement),
  sort: byId('sort', HTMLSelectElement),
  heading: byId('heading', HTMLElement),
  status: byId('status', HTMLElement),
  subjects: byId('subjects', HTMLElement),
  meant: byId('meant', HTMLElement),
  message: byId('message', HTMLElement),
  hits: byId('hits', HTMLElement),
  more: byId('more', HTMLButtonElement),
  searchView: byId('search-view', HTMLElement),
  documentView: byId('document-view', HTMLElement),
};

let state: State = EMPTY;
/** Aborts the running request when a newer one starts, so that a late response never replaces a newer one. */
let running = new AbortController();
/** The search whose hits are shown; null: none. */
let listed: string | null = null;
/** The scroll position at which a document was opened from the hits. */
let listedAt = 0;
let pause: ReturnType<typeof setTimeout> | undefined;

const suggestions = new Suggestions({
  input: ui.input,
  list: byId('suggestions', HTMLElement),
  choose: ({ text, url }) => (url === undefined ? go({ ...state, q: text, doc: null }) : go({ ...state, doc: url })),
});

/** Shows a state. `keep` replaces the current history entry instead of adding one. */
function go(next: State, keep = false): void {
  clearTimeout(pause);
  const url = writeState(next);
  const address = url === '' ? location.pathname : url;
  if (keep || url === location.search) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  show(next);
}

function show(next: State): void {
  const { doc: left } = state;
  state = next;
  if (ui.input.value !== next.q) ui.input.value = next.q;
  ui.sort.value = next.sort;
  if (next.doc !== null) void showDocument(next.doc);
  else if (!ui.documentView.hidden && listed === writeState(next)) returnToResults(left);
  else void showResults(0);
}

/** Shows the hits again, including those loaded by "more", at the previous scroll position. */
function returnToResults(left: string | null): void {
  begin();
  ui.documentView.hidden = true;
  ui.searchView.hidden = false;
  nameResults();
  const address = left === null ? '' : writeState({ ...state, doc: left });
  const links = ui.hits.querySelectorAll<HTMLAnchorElement>('h2 a');
  [...links].find((link) => link.getAttribute('href') === address)?.focus({ preventScroll: true });
  scrollTo(0, listedAt);
}

function nameResults(): void {
  const browsing = state.q.trim() === '' && state.subjects.length === 0;
  document.title = state.q.trim() === '' ? 'Askdex' : `${state.q} · Askdex`;
  ui.heading.textContent = browsing ? 'What would you like to know?' : 'Search results';
  ui.searchView.classList.toggle('searching', !browsing);
}

function begin(): AbortSignal {
  running.abort();
  running = new AbortController();
  ui.message.replaceChildren();
  return running.signal;
}

async function showResults(offset: number): Promise<void> {
  const signal = begin();
  nameResults();
  ui.searchView.ariaBusy = 'true';
  ui.documentView.hidden = true;
  ui.searchView.hidden = false;
  try {
    const asked = api.search(searchParameters(state, offset, PAGE_SIZE), signal);
    const [answer, subjects] = await Promise.all([asked, subjectCounts(asked, signal)]);
    if (signal.aborted) return;
    ui.searchView.ariaBusy = 'false';
    render(answer, offset);
    renderSubjects(subjects);
    listed = writeState(state);
  } catch (error) {
    showError(error, signal, () => void showResults(offset));
  }
}

/** Shows the counts of all subjects of the query, selected or not, so that another can be added. */
async function subjectCounts(asked: Promise<api.TimedAnswer>, signal: AbortSignal): Promise<SubjectCounts> {
  const every = { ...state, subjects: [] };
  const counted = state.subjects.length === 0 ? asked : api.search(searchParameters(every, 0, 0), signal);
  return (await counted).facets?.subject ?? {};
}

function render(answer: api.TimedAnswer, offset: number): void {
  const items = answer.hits.map((hit) => hitItem(hit, state));
  if (offset === 0) ui.hits.replaceChildren(...items);
  else ui.hits.append(...items);
  const shown = offset + items.length;
  ui.more.hidden = items.length === 0 || shown >= answer.totalHits;
  ui.status.textContent = statusOf(answer);
  renderMeant(answer.didYouMean);
  if (answer.totalHits === 0) {
    ui.message.replaceChildren(
      nothingFound(answer.query, state.subjects.length > 0, () => go({ ...state, subjects: [] })),
    );
  }
  // After "more", the focus moves to the first new hit.
  if (offset > 0) items[0]?.querySelector('a')?.focus();
}

function statusOf({ totalHits, totalHitsExact, processingTimeMs }: api.TimedAnswer): string {
  if (state.q.trim() === '') return countOf(totalHits, totalHitsExact, ['question', 'questions']);
  const time = Math.max(1, Math.round(processingTimeMs));
  return `${countOf(totalHits, totalHitsExact, ['answer', 'answers'])} in ${time} ms`;
}

function renderSubjects(counts: SubjectCounts): void {
  const active = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.subject : undefined;
  const chips = subjectChips(counts, state.subjects, (subject) => {
    const others = state.subjects.filter((one) => one !== subject);
    go({ ...state, subjects: others.length < state.subjects.length ? others : [...others, subject] });
  });
  ui.subjects.replaceChildren(...chips);
  chips.find((chip) => active !== undefined && chip.dataset.subject === active)?.focus();
}

function renderMeant(didYouMean: string | undefined): void {
  ui.meant.hidden = didYouMean === undefined;
  if (didYouMean === undefined) return;
  const link = element('a', { href: writeState({ ...state, q: didYouMean }) }, didYouMean);
  ui.meant.replaceChildren('Did you mean ', link, '?');
}

async function showDocument(key: string): Promise<void> {
  const signal = begin();
  try {
    const view = await documentView(state, key, signal);
    if (signal.aborted) return;
    if (!ui.searchView.hidden) listedAt = scrollY;
    ui.documentView.replaceChildren(view);
    ui.searchView.hidden = true;
    ui.documentView.hidden = false;
    const heading = view.querySelector('h1');
    document.title = `${heading?.textContent ?? 'Document'} · Askdex`;
    heading?.focus();
    scrollTo(0, 0);
  } catch (error) {
    showError(error, signal, () => void showDocument(key));
  }
}

function showError(error: unknown, signal: AbortSignal, retry: () => void): void {
  if (signal.aborted) return;
  const known = error instanceof api.ApiError ? error : new api.ApiError(0, 'The page met an unexpected error.', null);
  const useKey = (key: string): void => {
    api.keepKey(key);
    retry();
  };
  listed = null;
  ui.searchView.ariaBusy = 'false';
  ui.documentView.hidden = true;
  ui.searchView.hidden = false;
  ui.searchView.classList.add('searching');
  ui.hits.replaceChildren();
  ui.subjects.replaceChildren();
  ui.meant.hidden = true;
  ui.more.hidden = true;
  ui.status.textContent = '';
  ui.message.replaceChildren(errorNotice(known, retry, useKey));
}

ui.input.addEventListener('input', () => {
  clearTimeout(pause);
  pause = setTimeout(() => {
    // Typing creates one history entry, at its first letter.
    go({ ...state, q: ui.input.value, doc: null }, state.doc === null && state.q.trim() !== '');
    void suggestions.update(ui.input.value);
  }, DEBOUNCE_MS);
});

ui.form.addEventListener('submit', (event) => {
  event.preventDefault();
  suggestions.close();
  go({ ...state, q: ui.input.value, doc: null });
});

ui.sort.addEventListener('change', () => {
  const { sort } = readState(`?sort=${ui.sort.value}`);
  go({ ...state, sort });
});

ui.more.addEventListener('click', () => void showResults(ui.hits.children.length));

// Links within the page change the state without a reload. With a modifier key the browser opens them as usual.
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const href = link?.getAttribute('href') ?? '';
  if (!plain || event.defaultPrevented || (href !== './' && !href.startsWith('?'))) return;
  event.preventDefault();
  go(readState(href === './' ? '' : href));
});

addEventListener('popstate', () => show(readState(location.search)));

show(readState(location.search));
