/** Greater than any document number. It fits a small integer in every engine; larger numbers are boxed. */
export const NO_MORE_DOCS = 0x3fff_ffff;
/** The number of postings of a block. A shorter list is stored inline in its term's entry. */
export const BLOCK_SIZE = 128;
/** The directory stores the offset of every sixteenth term. */
export const ENTRY_STRIDE = 16;
export const FIELD_COUNT = 3;

/** The head of an entry: one bit per field that contains the term, then the document count of the first such field. */
export const HEAD_FIELDS = (1 << FIELD_COUNT) - 1;
/** This count in a head means that a varint with the rest follows. */
export const HEAD_COUNT_ESCAPE = 31;

/**
 * The head of a block: width code of the gaps, width code of the frequencies, and whether it is the last block of its
 * list.
 */
export const WIDTH_CODE = 7;
export const FREQUENCY_SHIFT = 3;
export const LAST_BLOCK = 64;
