import { columnsSection, readColumns } from '../columns.js';
import type { Sections } from '../layout.js';
import type { WordSections } from '../pack.js';
import { readMeta } from '../packed-index.js';
import { groupByStem, moveMembers, writeMembers } from '../stems.js';
import { compareTerms, Dictionary, writeDictionary } from '../terms.js';
import { wordChanges, type DocumentChange } from './changes.js';
import { hasSameKeys, patchKeys } from './keys-patch.js';
import { ListPatcher } from './lists-patch.js';
import type { IndexMemory } from './memory.js';

export interface PatchedWords extends Pick<IndexMemory, 'words' | 'stems' | 'otherKeys'> {
  readonly sections: WordSections;
  /** Stems that are not told by their only word; null: as many as before. */
  readonly stemCount: number | null;
  /** Distinct terms of each document by field, then terms by field. */
  readonly lengths: readonly Uint32Array[];
}

/** Documents of an index with what is remembered of it. */
export interface PatchedIndex {
  readonly sections: Sections;
  readonly memory: IndexMemory;
  /** Documents. */
  readonly size: number;
}

/**
 * Puts the words of new answers in place of those of the old ones.
 *
 * @throws AskdexError `index_damaged`: the old answers are not those of this index.
 */
export function patchWords(index: PatchedIndex, changes: readonly DocumentChange[]): PatchedWords {
  const { sections, memory } = index;
  const lengths = patchLengths(index, changes);
  const lists = new ListPatcher(sections, lengths.slice(0, 3));
  const words: string[] = [];
  const stems: string[] = [];
  const moved = new Int32Array(memory.words.length).fill(-1);
  const others: Word[] = [];
  const put = (word: string, stem: string): void => {
    words.push(word);
    stems.push(stem);
  };
  let term = 0;
  const keepTo = (end: number): void => {
    for (; term < end; term += 1) {
      lists.copy();
      moved[term] = words.length;
      put(memory.words[term] ?? '', memory.stems[term] ?? '');
    }
  };
  for (const change of wordChanges(changes)) {
    const at = lowerBound(memory.words, change.word);
    const known = memory.words[at] === change.word;
    keepTo(at);
    const stays = lists.change(known ? at : -1, change);
    if (known) {
      lists.skip();
      term += 1;
    }
    const stem = known ? (memory.stems[at] ?? '') : change.stem;
    if (stays !== known) others.push({ word: change.word, stem });
    if (!stays) continue;
    if (known) moved[at] = words.length;
    put(change.word, stem);
  }
  keepTo(memory.words.length);
  const otherKeys = patchKeys(memory.otherKeys, changes, {
    moved,
    number: (word) => (words[lowerBound(words, word)] === word ? lowerBound(words, word) : -1),
  });
  const after = { words, stems, otherKeys };
  const sameKeys = hasSameKeys(memory.otherKeys, otherKeys, moved);
  const named = (sameKeys ? movedNames(sections, { after, others, moved }) : null) ?? names(after);
  return {
    ...after,
    sections: { ...named.sections, ...lists.finish(), lengths: columnsSection(lengths) },
    stemCount: named.stemCount,
    lengths,
  };
}

function lowerBound(words: readonly string[], word: string): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareTerms(words[middle] ?? '', word) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

type NameSections = Pick<
  Sections,
  'wordBlocks' | 'wordBytes' | 'stemBlocks' | 'stemBytes' | 'memberBlocks' | 'members'
>;

interface Names {
  readonly sections: NameSections;
  readonly stemCount: number | null;
}

interface Word {
  readonly word: string;
  readonly stem: string;
}

interface MovedWords {
  readonly after: Pick<IndexMemory, 'words'>;
  /** Words that came or went. */
  readonly others: readonly Word[];
  readonly moved: Int32Array;
}

/**
 * The names where all groups of stems stay: words come and go that are their own stems, and are found by themselves. null:
 * groups change.
 */
function movedNames(sections: Sections, { after, others, moved }: MovedWords): Names | null {
  const { wordBlocks, wordBytes, stemBlocks, stemBytes, memberBlocks, members } = sections;
  const kept = { wordBlocks, wordBytes, stemBlocks, stemBytes, memberBlocks, members };
  if (others.length === 0) return { sections: kept, stemCount: null };
  const size = readMeta(sections.meta).stems;
  const groups = new Dictionary(size, { blocks: stemBlocks, bytes: stemBytes });
  if (others.some(({ word, stem }) => stem !== word || (size > 0 && groups.find(stem) >= 0))) return null;
  const words = writeDictionary(after.words);
  const written = moveMembers(members, size, moved);
  return {
    sections: {
      ...kept,
      wordBlocks: words.blocks,
      wordBytes: words.bytes,
      memberBlocks: written.blocks,
      members: written.bytes,
    },
    stemCount: null,
  };
}

function names(after: Pick<IndexMemory, 'words' | 'stems' | 'otherKeys'>): Names {
  const groups = groupByStem(after);
  const words = writeDictionary(after.words);
  const stems = writeDictionary(groups.texts);
  const members = writeMembers(groups.members);
  return {
    sections: {
      wordBlocks: words.blocks,
      wordBytes: words.bytes,
      stemBlocks: stems.blocks,
      stemBytes: stems.bytes,
      memberBlocks: members.blocks,
      members: members.bytes,
    },
    stemCount: groups.texts.length,
  };
}

function patchLengths({ sections, size }: PatchedIndex, changes: readonly DocumentChange[]): Uint32Array[] {
  const lengths = readColumns(sections.lengths, 6, size).map((column) => Uint32Array.from(column));
  for (const { document, after } of changes) {
    const totals = [0, 0, 0];
    for (const { field, frequency } of after.entries) totals[field] = (totals[field] ?? 0) + frequency;
    for (const [at, length] of [...after.distinct, ...totals].entries()) {
      const column = lengths[at];
      if (column !== undefined) column[document] = length;
    }
  }
  return lengths;
}
