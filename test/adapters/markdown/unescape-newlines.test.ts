import assert from 'node:assert/strict';
import fc from 'fast-check';
import { unescapeNewlines } from '../../../src/adapters/markdown/unescape-newlines.js';

// In these texts `\n` is the two characters, `⏎` a line break.
const raw = String.raw;

const CASES: readonly (readonly [name: string, text: string, expected: string])[] = [
  // Prose: breaks.
  ['a paragraph', raw`one.\n\nTwo`, 'one.⏎⏎Two'],
  ['before a capital', raw`one\nThe`, 'one⏎The'],
  ['before a lower-case word', raw`formula:\nwhere x is`, 'formula:⏎where x is'],
  ['import in code without fence', raw`code:\nimport os`, 'code:⏎import os'],
  ['a numbered list', raw`\n\n1. **a**\n2. b`, '⏎⏎1. **a**⏎2. b'],
  ['a bulleted list', raw`x\n- a\n- b`, 'x⏎- a⏎- b'],
  ['a heading', raw`x\n### H\ny`, 'x⏎### H⏎y'],
  ['a table', raw`| a | b |\n|-|-|\n| 1 | 2 |`, '| a | b |⏎|-|-|⏎| 1 | 2 |'],
  ['at the end', raw`x\n`, 'x⏎'],
  ['alone', raw`\n`, '⏎'],
  ['after a sentence, then a one-letter word', raw`text.\nu = 5`, 'text.⏎u = 5'],
  ['an equation that starts with e', raw`where:\ne is 2.718`, 'where:⏎e is 2.718'],
  ['i.e. at the start of a line', raw`short\ni.e. brief`, 'short⏎i.e. brief'],
  ['a word that a command hides', raw`no more,\nless or equal`, 'no more,⏎less or equal'],
  ['mid as a word', raw`dates:\nmid-June`, 'dates:⏎mid-June'],
  ['exists as a word', raw`what\nexists here`, 'what⏎exists here'],
  ['parallel as a word', raw`two\nparallel lines`, 'two⏎parallel lines'],
  ['a word that starts with a command', raw`a\nutility`, 'a⏎utility'],
  ['next', raw`a\nnext`, 'a⏎next'],
  ['before a digit', raw`a\n5 b`, 'a⏎5 b'],
  ['before LaTeX', raw`so\n\theta is`, raw`so⏎\theta is`],
  ['after prices', raw`costs $5\nwhere and $6\nwhen`, 'costs $5⏎where and $6⏎when'],
  ['after an escaped dollar', raw`costs \$5\nnow`, raw`costs \$5⏎now`],
  // Prose: LaTeX.
  ['not equal without dollars', raw`a_i \neq 0`, raw`a_i \neq 0`],
  ['nabla without dollars', raw`the operator \nabla f`, raw`the operator \nabla f`],
  ['negation without dollars', raw`p \land \neg q`, raw`p \land \neg q`],
  ['notin without dollars', raw`x \notin A`, raw`x \notin A`],
  ['ne between operands', raw`if a \ne b then`, raw`if a \ne b then`],
  ['nu within a sentence', raw`frequency \nu of light`, raw`frequency \nu of light`],
  ['nmid after an operand', raw`p \nmid n`, raw`p \nmid n`],
  ['newcommand', raw`use \newcommand here`, raw`use \newcommand here`],
  ['newline', raw`type \newline to break`, raw`type \newline to break`],
  // Inline math.
  ['nu in inline math', raw`$E = h\nu$ holds`, raw`$E = h\nu$ holds`],
  ['nu opens inline math', raw`where $\nu$ is\nthe rate`, raw`where $\nu$ is⏎the rate`],
  ['ne opens inline math', raw`$\ne 0$`, raw`$\ne 0$`],
  ['ni in inline math', raw`$A \ni x$`, raw`$A \ni x$`],
  ['nmid in inline math', raw`$3 \nmid 5$`, raw`$3 \nmid 5$`],
  ['nexists in inline math', raw`$\nexists x$`, raw`$\nexists x$`],
  ['own command in inline math', raw`$\norm{x}$`, raw`$\norm{x}$`],
  ['nu in \\(…\\)', raw`\(\nu = 2\)\nwhere`, raw`\(\nu = 2\)⏎where`],
  ['not', raw`$x \not\in A$`, raw`$x \not\in A$`],
  // Display math.
  ['u(t) behind the opening', raw`$$\nu(t) = K_p e(t)$$`, raw`$$⏎u(t) = K_p e(t)$$`],
  ['u(t) laid out on lines', raw`law:\n\n$$\nu(t) = K_p e(t)\n$$\n\nwhere`, raw`law:⏎⏎$$⏎u(t) = K_p e(t)⏎$$⏎⏎where`],
  ['u = laid out on lines', raw`$$\nu = 5\n$$`, raw`$$⏎u = 5⏎$$`],
  ['nu on one line', raw`$$\nu = \frac{c}{\lambda}$$`, raw`$$\nu = \frac{c}{\lambda}$$`],
  ['nu behind a break', raw`$$\n\nu = \frac{c}{\lambda}\n$$`, raw`$$⏎\nu = \frac{c}{\lambda}⏎$$`],
  ['nu inside', raw`$$\nE = h\nu\n$$`, raw`$$⏎E = h\nu⏎$$`],
  ['e behind the opening', raw`$$\ne^{i\pi} + 1 = 0$$`, raw`$$⏎e^{i\pi} + 1 = 0$$`],
  ['i behind the opening', raw`$$\ni = 1$$`, raw`$$⏎i = 1$$`],
  ['nabla behind the opening', raw`$$\nabla \cdot E = 0$$`, raw`$$\nabla \cdot E = 0$$`],
  ['nabla on a line of its own', raw`$$\n\nabla f\n$$`, raw`$$⏎\nabla f⏎$$`],
  ['p behind the opening', raw`$$\np \land q`, raw`$$⏎p \land q`],
  ['p behind the opening, closed', raw`$$\np \land q\n$$`, raw`$$⏎p \land q⏎$$`],
  ['where behind the closing', raw`$$x$$\nwhere x`, raw`$$x$$⏎where x`],
  ['neq inside', raw`$$a_i \neq 0$$`, raw`$$a_i \neq 0$$`],
  ['a row break', raw`$$a \\ b$$`, raw`$$a \\ b$$`],
  ['a row break before an n', raw`$$1 \\n & 2$$`, raw`$$1 \\n & 2$$`],
  ['a row break before a line break', raw`$$1 & 2 \\\n3 & 4$$`, raw`$$1 & 2 \\⏎3 & 4$$`],
  ['a row break before a line break and u', raw`$$u_1 = 1 \\\nu_2 = 2$$`, raw`$$u_1 = 1 \\⏎u_2 = 2$$`],
  ['a row break before nabla', raw`$$a \\\nabla b$$`, raw`$$a \\\nabla b$$`],
  ['two row breaks', raw`$$a \\\\\nb$$`, raw`$$a \\\\⏎b$$`],
  [
    'behind \\begin',
    raw`$$\begin{aligned}\nu &= 1 \\\nv &= 2\n\end{aligned}$$`,
    raw`$$\begin{aligned}⏎u &= 1 \\⏎v &= 2⏎\end{aligned}$$`,
  ],
  [
    'an environment without dollars',
    raw`\begin{align}a &\neq h\nu\end{align}\nwhere`,
    raw`\begin{align}a &\neq h\nu\end{align}⏎where`,
  ],
  ['\\[…\\]', raw`\[\nx = h\nu\n\]\nso`, raw`\[⏎x = h\nu⏎\]⏎so`],
  ['nonumber and nolimits', raw`$$\sum\nolimits_i x \nonumber$$`, raw`$$\sum\nolimits_i x \nonumber$$`],
  ['nearrow', raw`$$f \nearrow 1$$`, raw`$$f \nearrow 1$$`],
  // Code.
  ['a fence', raw`x\n${'```'}python\nimport os\nnu = 1\n${'```'}\ny`, 'x⏎```python⏎import os⏎nu = 1⏎```⏎y'],
  ['an n variable in a fence', raw`${'```'}\ne = 1\neq = 2\n${'```'}`, '```⏎e = 1⏎eq = 2⏎```'],
  [
    'a string in a fence',
    raw`${'```'}c\nprintf("hi\n");\nreturn 0;\n${'```'}`,
    raw`${'```'}c⏎printf("hi\n");⏎return 0;⏎${'```'}`,
  ],
  [
    'a character in a fence',
    raw`${'```'}c\nif (c == '\n')\nbreak;\n${'```'}`,
    raw`${'```'}c⏎if (c == '\n')⏎break;⏎${'```'}`,
  ],
  ['a docstring in a fence', raw`${'```'}py\n"""Doc\nmore"""\nx\n${'```'}`, '```py⏎"""Doc⏎more"""⏎x⏎```'],
  ['a fence in a list', raw`- a:\n  ${'```'}\n  b\n  ${'```'}\n- c`, '- a:⏎  ```⏎  b⏎  ```⏎- c'],
  ['a LaTeX fence', raw`${'```'}latex\na \neq b\n${'```'}`, raw`${'```'}latex⏎a \neq b⏎${'```'}`],
  ['inline code', raw`use ${'`\\n`'} for a break\nthere`, raw`use ${'`\\n`'} for a break⏎there`],
  ['between two spans of code', raw`${'`a`'}\n${'`b`'}`, '`a`⏎`b`'],
  ['a stray backquote', raw`the ${'`'} key\n- press ${'`'} now`, 'the ` key⏎- press ` now'],
  ['quoted in prose', raw`the "\n" sequence\nis`, raw`the "\n" sequence⏎is`],
  // Other escapes stay.
  [
    'other LaTeX',
    raw`\text \times \theta \tau \beta \frac \right \vec \alpha \{ \% \, \(`,
    raw`\text \times \theta \tau \beta \frac \right \vec \alpha \{ \% \, \(`,
  ],
  ['tabs and returns', raw`a\tb\rc`, raw`a\tb\rc`],
  // Texts with real line feeds.
  ['real lines: code string', 'x\n```c\nprintf("a\\n");\n```\n', 'x⏎```c⏎printf("a\\n");⏎```⏎'],
  ['real lines: math', 'x\n$h\\nu$', 'x⏎$h\\nu$'],
  ['real lines: prose stays', 'x\nthe \\new command', 'x⏎the \\new command'],
  ['real lines: a paragraph', 'x\ny.\\n\\nZ', 'x⏎y.⏎⏎Z'],
  ['real lines: a list', 'x\ny:\\n- z', 'x⏎y:⏎- z'],
  ['real lines: a sentence', 'x\nOne.\\nTwo', 'x⏎One.⏎Two'],
];

describe('unescapeNewlines', () => {
  for (const [name, text, expected] of CASES) {
    it(`handles ${name}: ${JSON.stringify(text)}`, () => {
      assert.equal(unescapeNewlines(text).replaceAll('\n', '⏎'), expected);
    });
  }

  it('leaves a text without the sequence unchanged', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const without = text.replaceAll('\\n', '');
        assert.equal(unescapeNewlines(without.replaceAll('\\n', '')), without.replaceAll('\\n', ''));
      }),
    );
  });

  it('replaces only the sequence, and only by a line feed', () => {
    const piece = fc.constantFrom(
      '\\n',
      '\\',
      'n',
      '$',
      '$$',
      '`',
      '```',
      'a',
      ' ',
      '"',
      'u',
      '(',
      '\\begin{a}',
      '|',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const decoded = unescapeNewlines(text);
        let at = 0;
        for (const char of decoded) {
          if (text[at] === char) at += 1;
          else {
            assert.equal(char, '\n');
            assert.equal(text.slice(at, at + 2), '\\n');
            at += 2;
          }
        }
        assert.equal(at, text.length);
      }),
      { numRuns: 2000 },
    );
  });
});
