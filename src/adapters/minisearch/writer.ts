import { sha256Bytes } from '../../sha256.js';
import type { Analyzer } from '../../core/analysis/analyzer.js';
import { chunkHashes } from '../../core/packed/chunks.js';
import { CHUNKS_FILE, FORMAT_VERSION, INDEX_FILE } from '../../core/packed/layout.js';
import { mergeSegments } from '../../core/packed/merge.js';
import { pack } from '../../core/packed/pack.js';
import { openPacked } from '../../core/packed/packed-index.js';
import { memoryOf, readMemory, writeMemory } from '../../core/packed/patch/memory.js';
import { patchIndex, type RememberedIndex } from '../../core/packed/patch/patch.js';
import { segmentContents } from '../../core/packed/segment-reader.js';
import { SEGMENT_VERSION } from '../../core/packed/segment.js';
import type { IndexWriter, WrittenIndex } from '../../core/ports.js';
import { buildSegment } from './segment.js';

/** Writes indexes a segment at a time: MiniSearch counts, what it counted is packed. */
export function createIndexWriter(analyzer: Analyzer): IndexWriter {
  const id = `${analyzer.id} segment ${SEGMENT_VERSION} format ${FORMAT_VERSION}`;
  return {
    id,
    segment: (documents) => buildSegment(documents, { analyzer, writer: id }),
    contents: (segment) => segmentContents(segment, id),
    merge(segments, spelling) {
      const merged = mergeSegments(segments, spelling);
      const index = { bytes: pack(merged, analyzer.id), memory: memoryOf(merged) };
      return written(index, { analyzer: analyzer.id, documents: merged.documents.length });
    },
    patch(base, places, subjects) {
      const bytes = aligned(base.index);
      const memory = readMemory(base.memory, bytes, { writer: id, decode });
      const index = memory === null ? null : patchIndex({ bytes, memory }, places, { subjects, decode });
      if (index === null) return null;
      const { documents } = openPacked(index.bytes, { verify: false }).meta;
      return written(index, { analyzer: analyzer.id, documents });
    },
  };

  function written(
    { bytes, memory }: RememberedIndex,
    draft: Pick<WrittenIndex, 'analyzer' | 'documents'>,
  ): WrittenIndex {
    const files = [
      { name: INDEX_FILE, bytes },
      {
        name: CHUNKS_FILE,
        bytes: chunkHashes(bytes, sha256Bytes),
      },
    ];
    return { ...draft, files, memory: () => writeMemory(memory, bytes, id) };
  }
}

/** Sections are read where they lie: the file must begin at a multiple of 8. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
