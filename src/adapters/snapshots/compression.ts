import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateRawSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
} from 'node:zlib';

/** Uses the strongest level: slow, but done once per file. */
export function brotli(bytes: Uint8Array): Uint8Array {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
    },
  });
}

export function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
}

/** Raw deflate without a frame; browsers call it `deflate-raw`. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateRawSync(bytes, { level: constants.Z_BEST_COMPRESSION, memLevel: constants.Z_MAX_MEMLEVEL });
}

export function inflate(bytes: Uint8Array): Uint8Array {
  return inflateRawSync(bytes);
}

export function brotliDecompress(bytes: Uint8Array): Uint8Array {
  return brotliDecompressSync(bytes);
}

export function gunzip(bytes: Uint8Array): Uint8Array {
  return gunzipSync(bytes);
}
