/** A document number beyond every document, and a small integer for every engine: larger ones are boxed. */
export const NO_MORE_DOCS = 0x3fff_ffff;
/** Postings of one block; a list that is shorter is written with its term. */
export const BLOCK_SIZE = 128;
/** Terms between two starting points in the directory of lists. */
export const ENTRY_STRIDE = 16;
export const FIELD_COUNT = 3;

/** In an entry's head: the fields in which the term stands, one bit each, then the count of the first of them, if it fits. */
export const HEAD_FIELDS = (1 << FIELD_COUNT) - 1;
/** The count in a head that stands for itself plus a varint. */
export const HEAD_COUNT_ESCAPE = 31;

/** In the head of a block: the code of its gaps' width, that of its frequencies, and whether it is the last of its list. */
export const WIDTH_CODE = 7;
export const FREQUENCY_SHIFT = 3;
export const LAST_BLOCK = 64;
