import { ByteReader, ByteWriter } from '../bytes.js';
import { Interner } from '../intern.js';
import { damaged } from '../layout.js';
import { writeTexts } from '../names-section.js';
import { ranking } from '../ranked.js';
import { copyTokens } from '../texts.js';
import {
  answerTokens,
  descriptionTokens,
  type CarriedTexts,
  type DocumentTexts,
  type TextParts,
  type TextRecord,
  type Texts,
  type TextSections,
} from './texts.js';

/** Texts that come to those of an index. Tokens are numbered on behind its vocabulary. */
export interface AddedTexts {
  readonly carried: CarriedTexts;
  readonly documents: readonly DocumentTexts[];
  /** What the numbers behind the vocabulary stand for. */
  readonly tokens: readonly string[];
}

/**
 * The sections of texts of an index that is made of another: `order` has, for each of its documents, the number of an
 * earlier one, or −1 less the number of an added one.
 *
 * @throws AskdexError `index_damaged`
 */
export function mergeTexts(before: Texts, added: AddedTexts, order: Int32Array): TextSections {
  return new TextMerge(before, added, order).sections();
}

class TextMerge {
  readonly #interner = new Interner(1 << 16);
  /** A token as it is numbered before → in the interner. */
  readonly #numbers: Uint32Array;
  readonly #counts: Uint32Array;

  constructor(
    private readonly before: Texts,
    private readonly added: AddedTexts,
    private readonly order: Int32Array,
  ) {
    const { vocabulary } = before;
    const { bytes, starts, byteLengths, size } = vocabulary;
    this.#numbers = new Uint32Array(size + added.tokens.length);
    for (let token = 0; token < size; token += 1) {
      const start = starts[token] ?? 0;
      this.#numbers[token] = this.#interner.intern(bytes, start, start + (byteLengths[token] ?? 0));
    }
    const text = new ByteWriter();
    for (const [at, token] of added.tokens.entries()) {
      text.clear();
      text.utf8(token);
      this.#numbers[size + at] = this.#interner.intern(text.view(), 0, text.length);
    }
    this.#counts = new Uint32Array(this.#interner.size);
  }

  sections(): TextSections {
    const { carried } = this.added;
    const kinds = [
      { parts: this.before.answers, tokensAt: answerTokens, added: answerOf, carried: carried.answers },
      {
        parts: this.before.descriptions,
        tokensAt: descriptionTokens,
        added: descriptionOf,
        carried: carried.descriptions,
      },
    ].map((kind) => ({ ...kind, parts: kind.parts ?? NO_PARTS }));
    for (const kind of kinds) if (kind.carried) this.#count(kind);
    const ranked = ranking(this.#interner, this.#counts, true);
    const final = this.#numbers.map((number) => ranked.final[number] ?? 0);
    const [answers = NOTHING, descriptions = NOTHING] = kinds.map((kind) =>
      kind.carried ? this.#write(kind, final) : NOTHING,
    );
    return {
      vocabulary: carried.vocabulary ? writeTexts(ranked.texts) : NOTHING.texts,
      textLengths: answers.lengths,
      texts: answers.texts,
      descriptionLengths: descriptions.lengths,
      descriptions: descriptions.texts,
    };
  }

  /** Counts the tokens of one part of every document. */
  #count({ parts, tokensAt, added }: Kind): void {
    const counts = this.#counts;
    const numbers = this.#numbers;
    const reader = new ByteReader(parts.bytes);
    for (const place of this.order) {
      if (place < 0) {
        for (const token of this.#record(place, added).tokens ?? []) this.#countOne(token);
        continue;
      }
      reader.at = tokensAt(parts, place);
      if (reader.at >= (parts.starts[place + 1] ?? 0)) continue;
      for (let left = reader.varint(); left > 0; left -= 1) {
        const number = numbers[reader.varint()] ?? 0;
        counts[number] = (counts[number] ?? 0) + 1;
      }
    }
  }

  #countOne(token: number): void {
    const number = this.#numbers[token];
    if (number === undefined) throw damaged('a text has a token that is not told');
    this.#counts[number] = (this.#counts[number] ?? 0) + 1;
  }

  #record(place: number, added: Kind['added']): TextRecord {
    const texts = this.added.documents[-1 - place];
    const found = texts === undefined ? null : added(texts);
    if (found === null) throw damaged('a document has no text');
    return found;
  }

  #write({ parts, tokensAt, added }: Kind, final: Uint32Array): Written {
    const { bytes, starts } = parts;
    const lengths = new ByteWriter(this.order.length * 2 + 16);
    const writer = new ByteWriter(bytes.length + (bytes.length >> 4) + 1024);
    const reader = new ByteReader(bytes);
    for (const place of this.order) {
      const start = writer.length;
      if (place < 0) writeRecord(writer, this.#record(place, added), final);
      else {
        reader.at = tokensAt(parts, place);
        writer.raw(bytes.subarray(starts[place] ?? 0, reader.at));
        if (reader.at < (starts[place + 1] ?? 0)) copyTokens(reader, writer, final);
      }
      lengths.varint(writer.length - start);
    }
    return { lengths: lengths.finish(), texts: writer.view() };
  }
}

/** Answers or descriptions. */
interface Kind {
  readonly parts: TextParts;
  readonly tokensAt: (parts: TextParts, document: number) => number;
  readonly added: (texts: DocumentTexts) => TextRecord | null;
}

interface Written {
  readonly lengths: Uint8Array;
  readonly texts: Uint8Array;
}

const NOTHING: Written = { lengths: new Uint8Array(0), texts: new Uint8Array(0) };
/** An index without documents has no parts, whatever it carries. */
const NO_PARTS: TextParts = { bytes: new Uint8Array(0), starts: new Uint32Array(1) };
const answerOf = ({ answer }: DocumentTexts): TextRecord | null => answer;
const descriptionOf = ({ description }: DocumentTexts): TextRecord | null => description;

function writeRecord(writer: ByteWriter, { numbers, tokens }: TextRecord, final: Uint32Array): void {
  for (const number of numbers) writer.varint(number);
  if (tokens === null) return;
  writer.varint(tokens.length);
  for (const token of tokens) writer.varint(final[token] ?? 0);
}
