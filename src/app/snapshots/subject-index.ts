import { AskdexError, quoteForMessage } from '../../core/errors.js';
import { facetKey } from '../../core/index/documents/facet-values.js';
import { closestMatch } from '../../core/closest-match.js';
import { INDEX_FILE } from '../../core/index/format/container.js';
import { openIndex, type PackedIndex } from '../../core/index/index-reader.js';
import type { LiveSegment } from '../../core/model/segments.js';
import type { BuildCache, IndexWriter, StoredGeneration } from '../../core/model/ports.js';
import { documentHashes, readHashes, type DocumentHashes } from '../build/document-hashes.js';
import { normalizeSubject } from '../build/parsed-files.js';

export interface SubjectSource {
  readonly generation: StoredGeneration;
  /** The generation's packed index. */
  readonly index: Uint8Array;
  readonly writer: IndexWriter;
  readonly cache: Pick<BuildCache, 'names' | 'segment'>;
}

export interface SubjectIndex {
  readonly index: Uint8Array;
  /** As the generation spells it. */
  readonly subject: string;
}

/**
 * The packed index of one subject's documents, merged from the segments that the build cache holds: the same bytes as a
 * site with these documents alone would have. Case does not count in `subject`.
 *
 * Throws `invalid_parameter` (no such subject), `index_not_ready` (the cache is not that of this generation).
 */
export async function buildSubjectIndex(source: SubjectSource, subject: string): Promise<SubjectIndex> {
  const whole = openIndex(source.index, { verify: false });
  const keys = keysOf(whole, subject);
  const hashes = await readHashes(source.generation);
  const segments = liveSegments(source, { keys, hashes });
  const names = whole.documents.subjectNames;
  const spellings = new Map(
    Array.from({ length: names.size }, (_, number) => names.token(number)).map((name) => [
      normalizeSubject(name),
      name,
    ]),
  );
  const draft = source.writer.merge(segments, (spelled) => spellings.get(normalizeSubject(spelled)) ?? spelled);
  const file = draft.files.find(({ name }) => name === INDEX_FILE);
  if (file === undefined || draft.documents !== keys.size) throw cacheMissError(keys.size - draft.documents);
  return { index: file.bytes, subject: spellings.get(normalizeSubject(subject)) ?? subject };
}

function keysOf({ size, documents }: PackedIndex, subject: string): Set<string> {
  const wanted = facetKey(subject);
  const keys = new Set<string>();
  for (let document = 0; document < size; document += 1) {
    const found = documents.subject(document);
    if (found !== null && facetKey(found) === wanted) keys.add(documents.key(document));
  }
  if (keys.size > 0) return keys;
  const names = documents.subjectNames;
  const known = Array.from({ length: names.size }, (_, number) => names.token(number));
  const meant = closestMatch(subject, known);
  const list = `Known are ${known.slice(0, 20).map(quoteForMessage).join(', ')}${known.length > 20 ? ', …' : ''}.`;
  throw new AskdexError('invalid_parameter', `No document has the subject ${quoteForMessage(subject)}.`, {
    parameter: '--subject',
    remedy: meant === null ? list : `Did you mean ${quoteForMessage(meant)}? ${list}`,
  });
}

interface RequestedDocuments {
  readonly keys: ReadonlySet<string>;
  readonly hashes: DocumentHashes;
}

/** The remembered segments with the wanted documents alive in them, each once and in the form that the generation has. */
function liveSegments({ cache, writer }: SubjectSource, { keys, hashes }: RequestedDocuments): LiveSegment[] {
  const missing = new Set(keys);
  const segments: LiveSegment[] = [];
  for (const name of [...cache.names()].sort()) {
    const bytes = cache.segment(name);
    const contents = bytes === null ? null : writer.contents(bytes);
    if (bytes === null || contents === null) continue;
    let some = false;
    const live = Uint8Array.from(contents.keys, (key, at) => {
      if (!missing.has(key) || !isCurrent(hashes, key, contents.hashes[at] ?? '')) return 0;
      missing.delete(key);
      some = true;
      return 1;
    });
    if (some) segments.push({ bytes, live });
  }
  if (missing.size > 0) throw cacheMissError(missing.size);
  return segments;
}

function isCurrent(hashes: DocumentHashes, key: string, hash: string): boolean {
  return [...documentHashes([{ key, hash }])].every(([short, content]) => hashes.get(short) === content);
}

function cacheMissError(count: number): AskdexError {
  return new AskdexError(
    'index_not_ready',
    `The build cache lacks ${count} of the subject's documents as this generation has them.`,
    { parameter: '--subject', remedy: 'Build again with `askdex index --full`, then export.' },
  );
}
