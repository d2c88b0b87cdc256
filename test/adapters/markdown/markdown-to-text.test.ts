import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Answer } from '../../../src/core/model/document.js';
import { markdownToAnswer } from '../../../src/adapters/markdown/markdown-to-text.js';
import { readFrontMatter } from '../../../src/adapters/markdown/front-matter.js';
import { unescapeNewlines } from '../../../src/adapters/markdown/unescape-newlines.js';
import { visibleWords, wordsOf } from './visible.js';
import { runs } from '../../support/runs.js';

const raw = String.raw;

/** `kind:text` of each block. */
function blocksOf(answer: Answer): string[] {
  return answer.blocks.map(({ kind, start, end }) => `${kind}:${answer.text.slice(start, end)}`);
}

function atomsOf(answer: Answer): string[] {
  return answer.atoms.map(([start, end]) => answer.text.slice(start, end));
}

function assertSound(answer: Answer): void {
  let at = 0;
  for (const { start, end } of answer.blocks) {
    assert.equal(start, at, 'blocks are joined by one line feed');
    assert.ok(end > start, 'no block is empty');
    at = end + 1;
  }
  assert.equal(answer.text.length, Math.max(0, at - 1), 'the text is its blocks');
  let last = 0;
  for (const [start, end] of answer.atoms) {
    assert.ok(start >= last && end > start, 'atoms are in order and not empty');
    const holder = answer.blocks.find((block) => block.start <= start && end <= block.end);
    assert.ok(holder, 'an atom lies inside a block');
    assert.ok(holder.kind !== 'code' && holder.kind !== 'math', 'an atom lies in prose');
    last = end;
  }
}

const BLOCKS: readonly (readonly [name: string, markdown: string, blocks: readonly string[]])[] = [
  ['a paragraph on two lines', 'a\nb', ['paragraph:a b']],
  ['headings', '# A\n\nB\n===\n\n### C ###', ['heading:A', 'heading:B', 'heading:C']],
  ['list items', '- a\n- b\n\n1. c', ['item:a', 'item:b', 'item:c']],
  ['an item of two paragraphs', '- a\n\n  b\n\nc', ['item:a', 'item:b', 'paragraph:c']],
  ['a task list', '- [x] done\n- [ ] open', ['item:[x] done', 'item:[ ] open']],
  ['a quote', '> a\n> b', ['paragraph:a b']],
  ['a table, delimiter row |-|-|', '| a | b |\n|-|-|\n| c | |\n| | d |', ['row:a | b', 'row:c', 'row:d']],
  ['LaTeX in a table', '| a | b |\n|-|-|\n| $x_1*2*3$ | `p->x` |', ['row:a | b', 'row:x_1*2*3 | p->x']],
  ['a fence', '```c\nint a;\n\n  b\n```', ['code:int a;\n\n  b']],
  ['a fence in a list', '- a:\n  ```js\n  b\n    c\n  ```\n- d', ['item:a:', 'code:b\n  c', 'item:d']],
  ['indented code', 'a\n\n    b  c', ['paragraph:a', 'code:b  c']],
  ['an unclosed fence', '```\na', ['code:a']],
  ['display math', 'a\n$$\nx_1 = *y*\n$$\nb', ['paragraph:a', raw`math:x_1 = *y*`, 'paragraph:b']],
  ['display math on one line', raw`$$a \\ b$$`, [raw`math:a \\ b`]],
  ['display math with brackets', raw`\[ \frac{a_1}{b_2} \]`, [raw`math:\frac{a_1}{b_2}`]],
  ['display math in a list', '1. a\n   $$\n   b\n   $$\n2. c', ['item:a', 'math:b', 'item:c']],
  ['display math with lists and headings in it', '$$\n- a\n= b\n# c\n> d\n$$', ['math:- a\n= b\n# c\n> d']],
  ['display math inside a line', 'a $$x_1$$ b', ['paragraph:a x_1 b']],
  ['two formulas on one line', '$$a$$ $$b$$', ['paragraph:a b']],
  ['display math with a blank line', '$$\na\n\nb\n$$', ['math:a\n\nb']],
  ['unclosed display math', '$$\na\n\nb', ['paragraph:$$ a', 'paragraph:b']],
  ['an empty formula', '$$$$ a', ['paragraph:$$$$ a']],
  ['only &nbsp;', '&nbsp;', []],
  ['nothing', '', []],
  ['blanks', ' \n\t\n\u00a0', []],
  ['a rule', 'a\n\n---\n\nb', ['paragraph:a', 'paragraph:b']],
  [
    'an HTML block',
    '<div><h2>A</h2><p>b <b>c</b>d</p><ul><li>e</li></ul><table><tr><td>f</td><td>g</td></tr></table></div>',
    ['heading:A', 'paragraph:b cd', 'item:e', 'row:f | g'],
  ],
  ['preformatted HTML', '<pre>\na\n  <b>b</b> &lt;\n</pre>', ['code:a\n  b <']],
  ['a definition list', '<dl><dt>a</dt><dd>b</dd></dl>', ['paragraph:a', 'paragraph:b']],
];

const PROSE: readonly (readonly [name: string, markdown: string, text: string])[] = [
  ['emphasis', '**a** *b* __c__ _d_ ~~e~~', 'a b c d e'],
  ['a link', 'see [the *page*](http://x.example "title") now', 'see the page now'],
  ['a reference link', '[a][1]\n\n[1]: http://x.example', 'a'],
  ['an autolink', '<http://x.example/y>', 'http://x.example/y'],
  ['an image', 'a ![the *alt*](x.png "title") b', 'a the alt b'],
  ['HTML tags and comments', 'a<!-- no --> <b title="x > y">b</b><br>c', 'a bc'.replace('bc', 'b c')],
  ['part of a word in bold', 'un<b>believ</b>able H<sub>2</sub>O', 'unbelievable H2O'],
  ['a script', 'a <script>alert(1)</script> b', 'a b'],
  ['a style block', '<style>\np { color: red }\n</style>\n\na', 'a'],
  ['a script over paragraphs', 'a <script>\n\nno\n\n</script> b', 'a no b'.replace('no ', '').replace(' b', '\nb')],
  [
    'a script in which a declaration seems to begin',
    'a\n\n<script>\n<!A\n</script>\n\n<p>b</p>\n\n<script>\n</script>',
    'a\nb',
  ],
  ['a script that is never closed', 'the <script> element', 'the element'],
  ['entities', '&lt;b&gt; &amp;amp; &eacute; &#x41; a&nbsp;b', '<b> &amp; é A a b'],
  ['entities in HTML', '<p>&lt;i&gt; \\n &eacute;</p>', '<i> \\n é'],
  ['a hard break', 'a  \nb\\\nc', 'a b c'],
  ['blanks of all kinds', 'a \t  b\u00a0\u2003c', 'a b c'],
  ['a footnote of many words', 'a[^1]\n\n[^1]: by Smith', 'a[^1]\n[^1]: by Smith'],
  ['a footnote of one word', 'a[^1]\n\n[^1]: Smith', 'a[^1]\n[^1]: Smith'],
  // Texts that remove-markdown loses.
  ['trap: f(b) < 0', 'where f(b) < 0 and g > 1', 'where f(b) < 0 and g > 1'],
  ['trap: <25 … >30', 'if BMI <25 it is low, and >30 high', 'if BMI <25 it is low, and >30 high'],
  ['trap: ->', 'p -> q', 'p -> q'],
  ['trap: |-| outside a table', 'the |-| sign', 'the |-| sign'],
  ['trap: [sic]:', '[sic]: the text goes on', '[sic]: the text goes on'],
  ['trap: __init__ in code', '`__init__` and `a*b*c`', '__init__ and a*b*c'],
  ['trap: __init__ inside a word', 'x__init__y snake_case_name', 'x__init__y snake_case_name'],
  ['trap: a * b * c', 'a * b * c', 'a * b * c'],
  ['trap: ~5 mg', 'take ~5 mg or ~10 mg', 'take ~5 mg or ~10 mg'],
  ['trap: Ω(n), ¬q, ∧', 'Ω(n) ¬q ∧ p', 'Ω(n) ¬q ∧ p'],
  ['trap: quotes as written', "the patient’s and the patient's", "the patient’s and the patient's"],
  [
    'trap: C++ and O(n log n)',
    'C++ in O(n log n), 255.255.240.0, FD00::/8',
    'C++ in O(n log n), 255.255.240.0, FD00::/8',
  ],
  // Dollars.
  ['prices', 'from $5 and $10 to US$3 or US$4', 'from $5 and $10 to US$3 or US$4'],
  ['an escaped dollar', raw`\$5 and \$6 $x$`, '$5 and $6 x'],
  ['a dollar before a blank', 'a $ b $ c', 'a $ b $ c'],
  ['a dollar in code', '`$x` and $y', '$x and $y'],
  ['a variable and code', 'set $HOME and `$PATH` here', 'set $HOME and $PATH here'],
  ['inline math keeps LaTeX', raw`$a_1 \times *b* \% \{ [c](d) &lt; <e>$`, raw`a_1 \times *b* \% \{ [c](d) &lt; <e>`],
  ['inline math with parentheses', raw`\(a_1 \to b\)`, raw`a_1 \to b`],
];

const ATOMS: readonly (readonly [markdown: string, atoms: readonly string[]])[] = [
  ['a `b  c` d $x + y$ e', ['b  c', 'x + y']],
  ['**`a`** [`b`](c)', ['a', 'b']],
  ['| `a` | $b$ |\n|-|-|', ['a', 'b']],
  ['```\n`a`\n```\n\n$$\nb\n$$', []],
  ['- `a`\n- b', ['a']],
  ['` ` ``  ``', []],
];

describe('markdownToAnswer', () => {
  for (const [name, markdown, blocks] of BLOCKS) {
    it(`splits into blocks: ${name}`, () => {
      const answer = markdownToAnswer(markdown);
      assert.deepEqual(blocksOf(answer), blocks);
      assertSound(answer);
    });
  }

  for (const [name, markdown, text] of PROSE) {
    it(`extracts the text: ${name}`, () => {
      const answer = markdownToAnswer(markdown);
      assert.equal(answer.text, text);
      assertSound(answer);
    });
  }

  for (const [markdown, atoms] of ATOMS) {
    it(`marks the atoms of ${JSON.stringify(markdown)}`, () => {
      assert.deepEqual(atomsOf(markdownToAnswer(markdown)), atoms);
    });
  }
});

const inline = fc.oneof(
  fc.constantFrom(
    'word',
    'Ω(n)',
    '¬q',
    'naïve',
    '日本語',
    '**bold**',
    '*it*',
    '`code`',
    '`` a`b ``',
    '$x_1$',
    '$5',
    '$10',
    raw`\(y\)`,
    '<b>b</b>',
    '<br>',
    '<25',
    '>30',
    '->',
    '|',
    '&amp;',
    '&nbsp;',
    '[link](http://h.example/path)',
    '![alt](u.png)',
    '<!-- hidden -->',
    '[sic]: x',
    '[^1]',
    '__init__',
    'a*b*c',
    '~5',
    '~~gone~~',
    raw`\*`,
    raw`\\`,
    '\\',
    '`',
    '*',
    '_',
    '[',
    ']',
    '(',
    '<',
    '$',
    '$$',
    'a<b',
    '<i>',
    '</i>',
    '<span title="no">',
    '</span>',
    'http://plain.example',
    '😀',
  ),
  fc.string({ maxLength: 6 }),
);
const line = fc.array(inline, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(' '));
const block = fc.oneof(
  line,
  fc.tuple(fc.constantFrom('# ', '### ', '- ', '1. ', '> ', '    ', '- [ ] '), line).map((parts) => parts.join('')),
  fc.tuple(line, line).map(([a, b]) => `- ${a}\n\n  ${b}`),
  fc.tuple(line, line).map(([a, b]) => `| ${a} | ${b} |\n|-|:-:|\n| ${b} | ${a} |`),
  line.map((text) => `\`\`\`js\n${text}\n\`\`\``),
  line.map((text) => `$$\n${text}\n$$`),
  line.map((text) => `<div>\n${text}\n</div>`),
  line.map((text) => `<p>${text}</p>`),
  line.map((text) => `<script>\n${text}\n</script>`),
  fc.constantFrom('---', '&nbsp;', '<!--\nhidden\n-->', '[ref]: http://h.example "t"', '***', '$$', '```'),
);
const markdownText = fc.array(block, { maxLength: 8 }).map((blocks) => blocks.join('\n\n'));

describe('markdownToAnswer beside a renderer', () => {
  it('shows the same words for any Markdown', () => {
    fc.assert(
      fc.property(markdownText, (markdown) => {
        const answer = markdownToAnswer(markdown);
        assertSound(answer);
        assert.deepEqual(wordsOf(answer.text), visibleWords(markdown));
      }),
      { numRuns: runs(700) },
    );
  });

  it('shows the same words for every file of content/', () => {
    const folder = join(import.meta.dirname, '../../../content');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
    assert.ok(files.length >= 48);
    for (const file of files) {
      const front = readFrontMatter(readFileSync(join(folder, file), 'utf8'));
      assert.ok(front.ok, file);
      const markdown = unescapeNewlines(String(front.data['answer']));
      const answer = markdownToAnswer(markdown);
      assertSound(answer);
      assert.deepEqual(wordsOf(answer.text), visibleWords(markdown), file);
      assert.ok(!answer.text.includes('$$'), `${file}: a formula was not recognized`);
    }
    assert.ok(statSync(folder).isDirectory());
  });
});

describe('markdownToAnswer on hostile texts of 100 KB', () => {
  const units = [
    '`',
    '\n',
    '[',
    '*',
    '>',
    '$',
    '_',
    '![',
    '<',
    '&',
    '<!--',
    '<?',
    '](',
    '- ',
    '|',
    '~',
    'a**b',
    '[a](',
    '<a ',
  ];
  const more = [
    '*a_',
    '$$a\n',
    raw`\[`,
    `${raw`\[`}\n\n`,
    '> - ',
    '<a b="',
    '<script>',
    '</script>',
    '|a|b|\n|-|-|\n',
    '\\',
    '# a\n',
    '<p><td>',
  ];
  for (const unit of [...units, ...more]) {
    it(`takes linear time for ${JSON.stringify(unit)} repeated`, () => {
      const before = process.cpuUsage();
      assertSound(markdownToAnswer(unit.repeat(Math.ceil(100_000 / unit.length))));
      // Measured: 10 to 480 ms of processor time; quadratic work took 3 s and more.
      assert.ok(process.cpuUsage(before).user / 1000 < 2500);
    });
  }

  it('accepts more tags in one paragraph than a call may have arguments', () => {
    assert.equal(markdownToAnswer(`a ${'<i>'.repeat(200_000)}b`).text, 'a b');
  });
});
