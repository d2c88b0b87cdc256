import { sha256Bytes } from '../../sha256.js';
import type { Analyzer } from '../../core/analysis/analyzer.js';
import { CHUNKS_FILE, FORMAT_VERSION, INDEX_FILE, chunkHashes } from '../../core/index/format/container.js';
import { mergeSegments } from '../../core/build/segment-merger.js';
import { writeIndex } from '../../core/build/index-writer.js';
import { segmentContents } from '../../core/build/segment-reader.js';
import { SEGMENT_VERSION } from '../../core/build/segment-writer.js';
import type { IndexWriter } from '../../core/model/ports.js';
import { buildSegment } from './segment-builder.js';

/** Creates the index writer. MiniSearch counts the terms of each segment. */
export function createIndexWriter(analyzer: Analyzer): IndexWriter {
  const id = `${analyzer.id} segment ${SEGMENT_VERSION} format ${FORMAT_VERSION}`;
  return {
    id,
    segment: (documents) => buildSegment(documents, { analyzer, writer: id }),
    contents: (segment) => segmentContents(segment, id),
    merge(segments, spelling) {
      const merged = mergeSegments(segments, spelling);
      const bytes = writeIndex(merged, analyzer.id);
      const chunks = chunkHashes(bytes, sha256Bytes);
      return {
        analyzer: analyzer.id,
        documents: merged.documents.length,
        files: [
          { name: INDEX_FILE, bytes },
          { name: CHUNKS_FILE, bytes: chunks },
        ],
      };
    },
  };
}
