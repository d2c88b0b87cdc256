import type { Answer, Block, BlockKind, Document, TextRange } from '../../src/core/model/document.js';

/** The members of a document that a test sets. The others have defaults. */
export type DocumentParts = Partial<Omit<Document, 'answer'>> & { readonly answer?: string | Answer };

/** A document with the given members and defaults for the others. The key is the url. */
export function documentOf(parts: DocumentParts = {}): Document {
  const url = parts.url ?? parts.key ?? `/questions/${slug(parts.title ?? 'untitled')}`;
  const answer = parts.answer ?? '';
  return {
    title: 'Untitled',
    keywords: [],
    subject: null,
    date: null,
    language: null,
    description: null,
    boost: 1,
    related: [],
    ...parts,
    key: parts.key ?? url,
    url,
    answer: typeof answer === 'string' ? answerOf([['paragraph', answer]]) : answer,
  };
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** A piece of a block: plain text, or an inline formula or piece of code. */
export type Piece = string | { readonly atom: string };
export type BlockParts = readonly [kind: BlockKind, ...pieces: Piece[]];

/** An answer of the given blocks, with computed offsets. */
export function answerOf(parts: readonly BlockParts[]): Answer {
  const blocks: Block[] = [];
  const atoms: TextRange[] = [];
  let text = '';
  for (const [kind, ...pieces] of parts) {
    if (blocks.length > 0) text += '\n';
    const start = text.length;
    for (const piece of pieces) {
      const from = text.length;
      text += typeof piece === 'string' ? piece : piece.atom;
      if (typeof piece !== 'string') atoms.push([from, text.length]);
    }
    blocks.push({ kind, start, end: text.length });
  }
  return { text, blocks, atoms };
}
