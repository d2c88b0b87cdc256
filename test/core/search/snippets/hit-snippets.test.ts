import assert from 'node:assert/strict';
import { createAnalyzer, type Analyzer } from '../../../../src/core/analysis/analyzer.js';
import { hitSnippets, type HitSnippetsSource } from '../../../../src/core/search/snippets/hit-snippets.js';
import {
  createHighlightQuery,
  findHighlights,
  type QueryTermMatch,
} from '../../../../src/core/search/snippets/highlight.js';
import { answerOf } from '../../../support/documents.js';
import { assertRanges, assertSnippet } from '../../../support/snippets.js';

const analyzer: Analyzer = createAnalyzer({
  language: 'en',
  stem: (word) => word,
  stopWords: null,
  protectedWords: [],
});

interface Source extends Partial<Omit<HitSnippetsSource, 'description'>> {
  readonly description?: string | null;
}

function textOf({ description = null, ...source }: Source, query: string, count = 1): ReturnType<typeof hitSnippets> {
  const words = analyzer.terms(query).map((term, word): [string, QueryTermMatch] => [term, { word, weight: 1 }]);
  const explanation = createHighlightQuery(new Map(words));
  return hitSnippets(
    {
      title: 'Why is the sky blue?',
      answer: null,
      marks: findHighlights(source.answer?.text.slice(0, Infinity) ?? '', explanation),
      description: () => description,
      ...source,
    },
    { analyzer, highlight: explanation, length: 60, count },
  );
}

describe('hitSnippets', () => {
  it('highlights the title', () => {
    const { titleHighlights } = textOf({}, 'blue sky');
    assert.deepEqual(titleHighlights, [
      [11, 14],
      [15, 19],
    ]);
  });

  it('prefers a passage that answers to one that repeats the title', () => {
    const answer = answerOf([
      ['paragraph', 'Why is the sky blue? Why is the sky blue? Well.'],
      ['heading', 'Cause'],
      ['paragraph', 'The sky is blue as air scatters short waves of light.'],
    ]);
    const { snippets } = textOf({ answer }, 'sky blue');
    assert.match(snippets[0]?.text ?? '', /^The sky is blue as air/);
    assert.equal(snippets[0]?.heading, 'Cause');
  });

  it('shows a passage that repeats the title if it is the only one with the words', () => {
    const answer = answerOf([
      ['paragraph', 'Air scatters light.'],
      ['heading', 'Again'],
      ['paragraph', 'Why is the sky blue?'],
    ]);
    assert.equal(textOf({ answer }, 'sky blue').snippets[0]?.text, 'Why is the sky blue?');
  });

  it('returns several snippets if requested', () => {
    const answer = answerOf([
      ['paragraph', 'The sky.'],
      ['heading', 'Again'],
      ['paragraph', 'So blue.'],
    ]);
    const { snippets } = textOf({ answer }, 'sky blue', 2);
    assert.equal(snippets.length, 2);
    snippets.forEach(assertSnippet);
  });

  const described = 'Blue <light> is scattered.';
  const withoutPassage = {
    'carries no text': null,
    'is empty': answerOf([['paragraph', '']]),
    'is a heading alone': answerOf([['heading', 'Light']]),
    'is code too long to show': answerOf([['code', 'x '.repeat(200)]]),
  };
  for (const [what, answer] of Object.entries(withoutPassage)) {
    it(`shows the description if the answer ${what}`, () => {
      const { snippets } = textOf({ answer, description: described }, 'light');
      assert.deepEqual(snippets, [
        {
          field: 'description',
          heading: null,
          text: described,
          highlights: [[6, 11]],
          html: 'Blue &lt;<mark>light</mark>&gt; is scattered.',
        },
      ]);
    });

    it(`shows nothing if there is no description and the answer ${what}`, () => {
      for (const description of [null, '']) assert.deepEqual(textOf({ answer, description }, 'light').snippets, []);
    });
  }

  it('highlights nothing for a query without words', () => {
    const answer = answerOf([['paragraph', 'The sky.']]);
    const { titleHighlights, snippets } = textOf({ answer }, '?!');
    assert.deepEqual([titleHighlights, snippets[0]?.highlights], [[], []]);
    assertRanges('The sky.', snippets[0]?.highlights ?? []);
  });
});
