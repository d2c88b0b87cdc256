/** A half-open range of UTF-16 offsets: start inclusive, end exclusive. */
export type TextRange = readonly [start: number, end: number];

export type BlockKind = 'heading' | 'paragraph' | 'item' | 'row' | 'code' | 'math';

/** A run of an answer's plain text that reads as one piece. `start` and `end` are UTF-16 offsets into `Answer.text`. */
export interface Block {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
}

/**
 * An answer as plain text, with its structure beside it.
 *
 * `text` is the blocks' texts in order, joined by one line feed, with no markup left (code and LaTeX stand as written,
 * without fences and dollars). `blocks` are in order and do not overlap. `atoms` are the inline code and math spans
 * inside prose blocks, in order: a snippet holds each whole or not at all.
 */
export interface Answer {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly atoms: readonly TextRange[];
}

/** A text of which only what is asked for is made: a string, or what gives the same. Offsets are UTF-16 units. */
export interface TextView {
  readonly length: number;
  charCodeAt(at: number): number;
  slice(start: number, end: number): string;
}

/** An answer as `Answer` tells, whose text need not be a string yet. */
export interface AnswerView extends Pick<Answer, 'blocks' | 'atoms'> {
  readonly text: TextView;
  /** true: the last block is longer than what is given of it here. */
  readonly isTruncated?: boolean;
}

export interface RelatedLink {
  readonly title: string;
  readonly url: string;
  readonly subject: string | null;
}

/** One question with its answer. `key` identifies it: its `url`, or the id of a JSONL document that has no url. */
export interface Document {
  readonly key: string;
  readonly url: string;
  readonly title: string;
  readonly answer: Answer;
  readonly keywords: readonly string[];
  /** The facet value, spelled as its first document by path spells it (spellings that differ in case alone are one). */
  readonly subject: string | null;
  /** `YYYY-MM-DD`. */
  readonly date: string | null;
  /** A BCP 47 language tag in lower case; null means the site's language. */
  readonly language: string | null;
  /** One plain paragraph about the document; null where the source gives none. */
  readonly description: string | null;
  /** A gentle tie-breaker given by the author, above 0; 1 is neutral. */
  readonly boost: number;
  /** The source's own links: in order, without twins (by url) and without the document itself; at most 5. */
  readonly related: readonly RelatedLink[];
}

export const FIELDS = ['title', 'answer', 'keywords'] as const;
/** A named part of a document that is searched. */
export type Field = (typeof FIELDS)[number];

/** The text that is indexed for a field; `''` where the document has none (MiniSearch's averages skew otherwise). */
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
