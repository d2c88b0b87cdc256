import * as api from './api.js';
import { element } from './dom.js';
import { factsLine, relatedLine } from './results.js';
import { writeState, type State } from './state.js';
import { paragraphs } from './text.js';

/** The document that the state names, with its related links. Throws {@link api.ApiError}. */
export async function documentView(state: State, key: string, signal: AbortSignal): Promise<HTMLElement> {
  const [found, related] = await Promise.all([
    api.document(key, signal),
    // The document is worth showing without them.
    api.related(key, signal).catch(() => []),
  ]);
  const back = writeState({ ...state, doc: null });
  const links = relatedLine(related, { ...state, doc: null });
  return element(
    'article',
    { class: 'document' },
    element(
      'a',
      { href: back === '' ? './' : back },
      state.q === '' ? '← All questions' : '← Back to the results',
    ),
    element('h1', { tabindex: '-1' }, found.title),
    factsLine(found.subject, found.date),
    answerOf(found),
    found.keywords.length === 0
      ? null
      : element('p', { class: 'facts' }, `Keywords: ${found.keywords.join(', ')}`),
    links,
  );
}

function answerOf({ answer, description }: api.DocumentAnswer): HTMLElement {
  const lines = paragraphs(answer ?? description ?? 'This index does not hold the text of the answer.');
  return element('div', { class: 'answer' }, ...lines.map((line) => element('p', {}, line)));
}
