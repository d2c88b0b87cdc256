import { VARIABLES } from '../config/variables.js';

/** Called with the exit code of a command. */
export type Finish = (code: number) => void;

/** The main help after the list of commands: examples, environment variables and exit codes. */
export function mainHelp(): string {
  return `
Examples:
  $ askdex serve                          index the folder "content" and serve it on http://127.0.0.1:7373
  $ ASKDEX_CONTENT=docs PORT=8080 askdex serve
  $ askdex check --content docs           list every problem of the content, change nothing
  $ askdex index --content docs           build the index once
  $ askdex search "reset my password"     ask the index from here
  $ askdex snapshot export --out public/search   files for clients that search by themselves
  $ askdex eval --help                    measure the ranking with judged queries

Environment (all optional; an empty value counts as unset):
${variableLines().join('\n')}

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by the golden queries.
Documentation: docs/running.md and docs/configuration.md.
`;
}

function variableLines(): string[] {
  const variables = Object.values(VARIABLES);
  const left = variables.map(({ name, fallback }) => (fallback === '' ? name : `${name}=${quoted(fallback)}`));
  const width = Math.max(...left.map((text) => text.length)) + 2;
  return variables.map((variable, at) => `  ${(left[at] ?? '').padEnd(width)}${variable.help}`);
}

function quoted(text: string): string {
  return text.includes(' ') ? `"${text}"` : text;
}

/** The examples at the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}
