import * as api from './api.js';
import type { Block, DocumentAnswer } from './api.js';
import { element } from './dom.js';
import { factsLine, relatedList } from './results.js';
import { EMPTY, writeState, type State } from './url-state.js';
import { paragraphs, pieces, type TextRange } from './format.js';

/** Renders a document with its related links. Throws {@link api.ApiError}. */
export async function documentView(state: State, key: string, signal: AbortSignal): Promise<HTMLElement> {
  const [found, related] = await Promise.all([
    api.document(key, signal),
    // The document is shown even if they fail.
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

/** Renders an answer with headings, paragraphs, lists, tables and code. LaTeX is shown as source. */
function answerView({ answer, blocks, atoms, description }: DocumentAnswer): HTMLElement {
  const shown = element('div', { class: 'answer' });
  if (answer === null || blocks === null) {
    const lines = paragraphs(description ?? 'This index does not hold the text of the answer.');
    shown.append(...lines.map((line) => element('p', {}, line)));
    return shown;
  }
  for (const group of groups(blocks)) {
    shown.append(groupView(group, (block) => withAtoms(answer, block, atoms ?? [])));
  }
  return shown;
}

type Group = readonly [Block, ...Block[]];
type Inside = (block: Block) => DocumentFragment;

/** Groups consecutive items to lists and consecutive rows to tables. Every other block is a group of its own. */
function groups(blocks: readonly Block[]): Group[] {
  const found: [Block, ...Block[]][] = [];
  for (const block of blocks) {
    const last = found.at(-1);
    const joins = (block.kind === 'item' || block.kind === 'row') && last?.[0].kind === block.kind;
    if (joins) last.push(block);
    else found.push([block]);
  }
  return found;
}

function groupView(group: Group, inside: Inside): HTMLElement {
  const [block] = group;
  switch (block.kind) {
    case 'heading':
      return element('h2', {}, inside(block));
    case 'item':
      return element('ul', {}, ...group.map((item) => element('li', {}, inside(item))));
    case 'row':
      return tableView(group, inside);
    case 'code':
      return element('pre', { tabindex: '0' }, element('code', {}, inside(block)));
    case 'math':
      return element('pre', { class: 'math', tabindex: '0' }, inside(block));
    case 'paragraph':
      return element('p', {}, inside(block));
  }
}

/** The first row of a Markdown table is its header. */
function tableView([first, ...others]: Group, inside: Inside): HTMLElement {
  const cells = (row: Block, name: 'th' | 'td'): HTMLElement[] =>
    split(inside(row)).map((cell) => element(name, name === 'th' ? { scope: 'col' } : {}, cell));
  const head = element('thead', {}, element('tr', {}, ...cells(first, 'th')));
  const body = others.map((row) => element('tr', {}, ...cells(row, 'td')));
  const table = element('table', {}, head, element('tbody', {}, ...body));
  // A wide table scrolls horizontally, also by the keyboard.
  return element('div', { class: 'table', tabindex: '0', role: 'group', 'aria-label': 'Table' }, table);
}

const CELL_BREAK = ' | ';

/** Splits a row into cells. A vertical bar in inline code or math is not a separator. */
function split(row: DocumentFragment): DocumentFragment[] {
  let cell = document.createDocumentFragment();
  const cells = [cell];
  for (const node of [...row.childNodes]) {
    if (node instanceof Element) {
      cell.append(node);
      continue;
    }
    const [first = '', ...others] = (node.textContent ?? '').split(CELL_BREAK);
    cell.append(first);
    for (const text of others) {
      cell = document.createDocumentFragment();
      cell.append(text);
      cells.push(cell);
    }
  }
  return cells;
}

function withAtoms(text: string, { kind, start, end }: Block, atoms: readonly TextRange[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const verbatim = kind === 'code' || kind === 'math';
  const inner = verbatim ? [] : atoms.filter(([from, to]) => from >= start && to <= end);
  const ranges = inner.map(([from, to]) => [from - start, to - start] as const);
  fragment.append(
    ...pieces(text.slice(start, end), ranges).map((piece) =>
      piece.marked ? element('code', {}, piece.text) : piece.text,
    ),
  );
  return fragment;
}
