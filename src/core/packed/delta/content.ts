import { damaged, readContainer, type Sections } from '../layout.js';
import type { PackedMeta } from '../pack.js';
import { readMeta } from '../packed-index.js';
import type { FieldLists } from '../transport/field-lists.js';
import type { Terms } from '../transport/fields.js';
import { readFields, readWords } from '../transport/parts.js';
import { readRecords, urlOf, type DocumentRecord, type Records } from '../transport/records.js';
import { readTexts, type Texts } from './texts.js';

/** All that an index file says, read so that it can be compared and merged. */
export interface IndexContent {
  readonly sections: Sections;
  readonly meta: PackedMeta;
  readonly records: Records;
  /** In order. */
  readonly words: readonly string[];
  /** The lists of title, answer, keywords. */
  readonly fields: readonly FieldLists[];
  readonly texts: Texts;
}

/**
 * Reads an index file. `verify`: compare the checksum of every section too.
 *
 * @throws AskdexError `index_damaged`: no packed index of this version, changed, or one of another analyzer.
 */
export function readContent(file: Uint8Array, analyzer: Terms, verify: boolean): IndexContent {
  // Sections are read as numbers where they lie. Not `slice`: that of a Buffer copies nothing.
  const sections = readContainer(file.byteOffset % 8 === 0 ? file : new Uint8Array(file), verify);
  const meta = readMeta(sections.meta);
  if (meta.analyzer !== analyzer.id)
    throw damaged(`it was written with the analyzer ${meta.analyzer}, these settings ask for ${analyzer.id}`);
  return {
    sections,
    meta,
    records: readRecords(sections, meta.documents),
    words: readWords(sections, meta.words),
    fields: readFields(sections, meta.words),
    texts: readTexts(sections, meta.documents),
  };
}

/** The key of a document. */
export function keyOf(record: DocumentRecord, { tables: [prefixes = []] }: Records): string {
  return record.key ?? urlOf(record.url, record.title, prefixes);
}
