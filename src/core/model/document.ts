/** A half-open range of UTF-16 offsets: start inclusive, end exclusive. */
export type TextRange = readonly [start: number, end: number];

export type BlockKind = 'heading' | 'paragraph' | 'item' | 'row' | 'code' | 'math';

/** A structural part of an answer's plain text. `start` and `end` are UTF-16 offsets into `Answer.text`. */
export interface Block {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
}

/**
 * An answer as plain text, with its structure.
 *
 * `text` is the blocks' texts in order, joined by one line feed, without markup (code and LaTeX as written, without
 * fences and dollars). `blocks` are in order and do not overlap. `atoms` are the inline code and math spans inside
 * prose blocks, in order: a snippet never cuts them.
 */
export interface Answer {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly atoms: readonly TextRange[];
}

/** A string, or an object that decodes parts of a text on demand. Offsets are UTF-16 units. */
export interface TextView {
  readonly length: number;
  charCodeAt(at: number): number;
  slice(start: number, end: number): string;
}

/** An answer whose text may be decoded on demand. */
export interface AnswerView extends Pick<Answer, 'blocks' | 'atoms'> {
  readonly text: TextView;
  /** Whether the last block is cut. */
  readonly isTruncated?: boolean;
}

export interface RelatedLink {
  readonly title: string;
  readonly url: string;
  readonly subject: string | null;
}

/** A question with its answer. `key` identifies it: its `url`, or the id of a JSONL document without a url. */
export interface Document {
  readonly key: string;
  readonly url: string;
  readonly title: string;
  readonly answer: Answer;
  readonly keywords: readonly string[];
  /** The facet value. Subjects that differ only in case are one, spelled as in the first document by path. */
  readonly subject: string | null;
  /** `YYYY-MM-DD`. */
  readonly date: string | null;
  /** A BCP 47 language tag in lower case; null means the site's language. */
  readonly language: string | null;
  /** One plain paragraph about the document; null if the source has none. */
  readonly description: string | null;
  /** A weak ranking factor given by the author, above 0; 1 is neutral. */
  readonly boost: number;
  /** Links from the source, at most 5: in order, without duplicates (by url) and without the document itself. */
  readonly related: readonly RelatedLink[];
}

export const FIELDS = ['title', 'answer', 'keywords'] as const;
/** A searched part of a document. */
export type Field = (typeof FIELDS)[number];

/**
 * Returns the text that is indexed for a field, `''` if it is empty (MiniSearch's averages would be wrong otherwise).
 */
export function fieldText(document: Document, field: Field): string {
  switch (field) {
    case 'title':
      return document.title;
    case 'answer':
      return document.answer.text;
    case 'keywords':
      return document.keywords.join('\n');
  }
}
