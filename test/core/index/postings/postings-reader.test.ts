import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PostingsWriter } from '../../../../src/core/index/postings/postings-writer.js';
import { PostingsDirectory, PostingsReader } from '../../../../src/core/index/postings/postings-reader.js';
import { readSkipTable, readEntryStarts } from '../../../../src/core/index/postings/skip-table.js';

interface Posting {
  readonly document: number;
  readonly frequency: number;
}
/** The postings of each field, by term. */
type Lists = readonly (readonly (readonly Posting[])[])[];

const EMPTY: Lists[number] = [[], [], []];

function assertRoundTrip(terms: Lists): void {
  const flat = terms.flatMap((fields) => fields);
  const starts = new Uint32Array(flat.length + 1);
  for (const [list, postings] of flat.entries()) starts[list + 1] = (starts[list] ?? 0) + postings.length;
  const all = flat.flat();
  const sections = new PostingsWriter().write(terms.length, {
    starts,
    counts: Uint32Array.from(flat, (postings) => postings.length),
    documents: Uint32Array.from(all, ({ document }) => document),
    frequencies: Uint32Array.from(all, ({ frequency }) => frequency),
  });
  const reader = new PostingsReader(sections, readSkipTable(sections));
  const directory = new PostingsDirectory(sections, readEntryStarts(sections.entrySizes, terms.length));
  const longest: number[] = [];
  directory.eachCount(0, terms.length, (_, documents) => longest.push(documents));
  assert.deepEqual(
    longest,
    terms.map((fields) => Math.max(0, ...fields.map((postings) => postings.length))),
  );
  for (const [term, fields] of terms.entries()) {
    for (const [field, list] of directory.lists(term).entries()) {
      const expected = fields[field] ?? [];
      assert.equal(list?.count ?? 0, expected.length);
      const read: Posting[] = [];
      for (let block = 0; list !== null && block < list.blocks; block += 1) {
        const count = reader.load(list, block);
        for (let at = 0; at < count; at += 1) {
          const posting = { document: reader.documents[at] ?? 0, frequency: reader.frequencies[at] ?? 0 };
          read.push(posting);
          assert.ok(posting.document <= reader.last(list, block), 'no document after the last');
        }
      }
      assert.deepEqual(read, expected);
    }
  }
}

/** `count` postings that cycle through the given gaps and frequencies. */
function listOf(count: number, gaps: readonly number[], frequencies: readonly number[]): Posting[] {
  let document = -1;
  return Array.from({ length: count }, (_, at) => {
    document += gaps[at % gaps.length] ?? 1;
    return { document, frequency: frequencies[at % frequencies.length] ?? 1 };
  });
}

describe('postings lists', () => {
  const COUNTS = [1, 2, 4, 5, 6, 127, 128, 129, 255, 256, 257, 1000];
  const SHAPES: readonly (readonly [name: string, gaps: readonly number[], frequencies: readonly number[]])[] = [
    ['next to one another, once each', [1], [1]],
    ['now and then far apart', [1, 1, 1, 1, 1, 1, 1, 9000], [1, 1, 1, 1, 1, 40]],
    ['all far apart, often', [1023, 1024, 1025], [255, 256, 257]],
    ['with huge frequencies', [3], [65_535, 1, 65_534]],
    ['so far apart that two bytes tell few gaps', [70_000, 1, 300_000], [3, 1]],
    ['one huge frequency among ones', [2], [...Array.from({ length: 127 }, () => 1), 65_535]],
  ];
  for (const count of COUNTS)
    for (const [name, gaps, frequencies] of SHAPES)
      it(`are read back: ${count} postings ${name}`, () => {
        const list = listOf(count, gaps, frequencies);
        assertRoundTrip([[list, [], list], EMPTY, [[], list, []]]);
      });

  it('are read back for any lists of any terms', () => {
    const gap = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 70_000 }));
    const frequency = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 65_535 }));
    const few = { minLength: 1, maxLength: 9 };
    const list = fc
      .tuple(fc.oneof(fc.nat(6), fc.nat(300)), fc.array(gap, few), fc.array(frequency, few))
      .map(([count, gaps, frequencies]) => listOf(count, gaps, frequencies));
    fc.assert(
      fc.property(fc.array(fc.tuple(list, list, list), { maxLength: 40 }), (terms) => assertRoundTrip(terms)),
      { numRuns: 150 },
    );
  });
});
