import { answerView } from './answer-view.js';
import * as api from './api.js';
import { element } from './dom.js';
import { factsLine, relatedList } from './results.js';
import { EMPTY, writeState, type State } from './url-state.js';

/** The document that the state names, with its related links. Throws {@link api.ApiError}. */
export async function documentView(state: State, key: string, signal: AbortSignal): Promise<HTMLElement> {
  const [found, related] = await Promise.all([
    api.document(key, signal),
    // The document is worth showing without them.
    api.related(key, signal).catch(() => []),
  ]);
  const back = writeState({ ...state, doc: null });
  const backText = state.q === '' && state.subjects.length === 0 ? '← All questions' : '← Back to the results';
  return element(
    'article',
    { class: 'document' },
    element('a', { class: 'back', href: back === '' ? './' : back }, backText),
    element('h1', { tabindex: '-1' }, found.title),
    factsLine(found.subject, found.date),
    answerView(found),
    found.keywords.length === 0 ? null : keywordList(found.keywords),
    related.length === 0 ? null : element('h2', {}, 'Related questions'),
    relatedList(related, state),
  );
}

function keywordList(keywords: readonly string[]): HTMLElement {
  const items = keywords.map((keyword) =>
    element('li', {}, element('a', { href: writeState({ ...EMPTY, q: keyword }) || './' }, keyword)),
  );
  return element('ul', { class: 'keywords', 'aria-label': 'Keywords' }, ...items);
}
