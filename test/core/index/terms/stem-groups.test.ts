import { groupByStem } from '../../../../src/core/build/stem-groups-writer.js';
import assert from 'node:assert/strict';
import { decodeTerms } from '../../../../src/core/index/terms/decode-terms.js';
import { readStemGroups, writeStemGroups } from '../../../../src/core/index/terms/stem-groups-section.js';
import { StemIndex } from '../../../../src/core/index/terms/stem-groups.js';
import { TermDictionary, writeDictionary } from '../../../../src/core/index/terms/term-dictionary.js';

/** Words in order, each with its stem. */
function membersOf(words: readonly (readonly [word: string, stem: string])[]): (stem: string) => string[] {
  const texts = words.map(([word]) => word);
  const groups = groupByStem({ words: texts, stems: words.map(([, stem]) => stem), otherKeys: new Map() });
  const dictionary = new TermDictionary(texts.length, writeDictionary(texts));
  const size = groups.texts.length;
  const spelled = decodeTerms(texts.length, writeDictionary(texts));
  const sections = readStemGroups(writeStemGroups(groups, texts), size, spelled);
  const members = new StemIndex(sections.keys, dictionary, sections.members);
  const stemOf = (word: string): string => words.find(([text]) => text === word)?.[1] ?? word;
  return (stem) => members.wordsOf(stem, stemOf).map((word) => texts[word] ?? '');
}

describe('StemIndex', () => {
  const members = membersOf([
    ['adopt', 'adopt'],
    ['adopted', 'adopt'],
    ['fox', 'fox'],
    ['news', 'new'],
    ['organ', 'orgn'],
    ['organs', 'orgn'],
  ]);

  const cases: readonly (readonly [what: string, stem: string, words: readonly string[]])[] = [
    ['all words of a stem', 'adopt', ['adopt', 'adopted']],
    ['a word that is its own stem and alone', 'fox', ['fox']],
    ['the only word of a stem that is spelled otherwise', 'new', ['news']],
    ['nothing for a stem that no word has', 'cat', []],
    ['nothing for a word that has another stem', 'organ', []],
    ['words that are not spelled like their stem', 'orgn', ['organ', 'organs']],
  ];
  for (const [what, stem, words] of cases) {
    it(`returns ${what}`, () => assert.deepEqual(members(stem), words));
  }

  it('finds every group among many', () => {
    const words = Array.from({ length: 300 }, (_, at) => [`w${String(at).padStart(3, '0')}`, `s${at % 40}`] as const);
    const many = membersOf(words);
    for (let stem = 0; stem < 40; stem += 1) {
      assert.deepEqual(
        many(`s${stem}`),
        words.filter(([, own]) => own === `s${stem}`).map(([word]) => word),
      );
    }
  });
});
