import { AskdexError, quoteForMessage } from '../../core/errors.js';
import { facetKey } from '../../core/index/documents/facet-values.js';
import { closestMatch } from '../../core/closest-match.js';
import { INDEX_FILE } from '../../core/index/format/container.js';
import { openIndex, type PackedIndex } from '../../core/index/index-reader.js';
import type { BuildCache, IndexWriter, StoredGeneration, LiveSegment } from '../../core/model/ports.js';
import { documentHashes, readHashes, type DocumentHashes } from '../build/document-hashes.js';
import { normalizeSubject } from '../build/parsed-files.js';

export interface SubjectSource {
  readonly generation: StoredGeneration;
  /** The generation's index. */
  readonly index: Uint8Array;
  readonly writer: IndexWriter;
  readonly cache: Pick<BuildCache, 'names' | 'segment'>;
}

export interface SubjectIndex {
  readonly index: Uint8Array;
  /** In the spelling of the generation. */
  readonly subject: string;
}

/**
 * Builds the index of one subject's documents by merging segments of the build cache: the same bytes as for a site with
 * only these documents. The case of `subject` does not matter.
 *
 * @throws {AskdexError} invalid_parameter: if there is no such subject. index_not_ready: if the cache lacks documents
 * of
 *   this generation.
 */
export async function buildSubjectIndex(source: SubjectSource, subject: string): Promise<SubjectIndex> {
  const complete = openIndex(source.index, { verify: false });
  const keys = keysOf(complete, subject);
  const hashes = await readHashes(source.generation);
  const segments = liveSegments(source, { keys, hashes });
  const names = complete.documents.subjectNames;
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
  const suggestion = closestMatch(subject, known);
  const listed = known.slice(0, 20).map(quoteForMessage);
  const list = `The subjects are ${listed.join(', ')}${known.length > 20 ? ', …' : ''}.`;
  throw new AskdexError('invalid_parameter', `No document has the subject ${quoteForMessage(subject)}.`, {
    parameter: '--subject',
    remedy: suggestion === null ? list : `Did you mean ${quoteForMessage(suggestion)}? ${list}`,
  });
}

interface RequestedDocuments {
  readonly keys: ReadonlySet<string>;
  readonly hashes: DocumentHashes;
}

/** The cached segments with the requested documents live in them, each document once and as in the generation. */
function liveSegments({ cache, writer }: SubjectSource, { keys, hashes }: RequestedDocuments): LiveSegment[] {
  const missing = new Set(keys);
  const segments: LiveSegment[] = [];
  for (const name of [...cache.names()].sort()) {
    const bytes = cache.segment(name);
    const contents = bytes === null ? null : writer.contents(bytes);
    if (bytes === null || contents === null) continue;
    let anyLive = false;
    const live = Uint8Array.from(contents.keys, (key, at) => {
      if (!missing.has(key) || !isCurrent(hashes, key, contents.hashes[at] ?? '')) return 0;
      missing.delete(key);
      anyLive = true;
      return 1;
    });
    if (anyLive) segments.push({ bytes, live });
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
    `The build cache lacks ${count} of the subject's documents in this generation.`,
    { parameter: '--subject', remedy: 'Build again with `askdex index --full`, then export.' },
  );
}
