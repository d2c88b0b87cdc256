// Time and memory of `askdex index`: a full build, nothing changed, one file edited. usage: node bench/build.mjs CONTENT
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexCommand } from './lib/command.mjs';
import { contentFolder } from './lib/corpus.mjs';
import { readArguments, withFolder } from './lib/generation.mjs';
import { machine, median } from './lib/measure.mjs';
import { count, mb, percent, printTable, seconds, times } from './lib/table.mjs';

const { positionals, values } = readArguments(
  'node bench/build.mjs CONTENT [--rounds N] (a folder, or a JSONL corpus)',
  {
    options: { rounds: { type: 'string', default: '5' } },
  },
);

/** Inserts another word at the beginning of a file's answer. */
function change(path, word) {
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(/^(answer: ?(?:[>|][-+]?\n\s+|"|')?)(?:changed\d+ )?/m, `$1${word} `);
  if (changed === text) throw new Error('A file to change has no line "answer:" in its front matter.');
  writeFileSync(path, changed);
}

function expect(report, changed, published) {
  if (report.changed === changed && report.published === published) return;
  throw new Error(`Unexpected build: ${report.changed} changed, published: ${report.published}.`);
}

await withFolder(async (folder) => {
  const content = join(folder, 'content');
  await contentFolder(positionals[0], content);
  const files = readdirSync(content, { recursive: true }).filter((path) => path.endsWith('.md'));
  const index = join(folder, 'index');
  const fresh = join(folder, 'fresh');
  const { report } = indexCommand({ content, index });
  const took = { full: [], nothing: [], one: [] };
  const kinds = {
    full(more) {
      rmSync(fresh, { recursive: true, force: true });
      return indexCommand({ content, index: fresh, ...more });
    },
    nothing(more) {
      const result = indexCommand({ content, index, ...more });
      expect(result.report, 0, false);
      return result;
    },
    one(more, round) {
      change(join(content, files[(round * 7919) % files.length]), `changed${round}`);
      const result = indexCommand({ content, index, ...more });
      expect(result.report, 1, true);
      return result;
    },
  };
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const [kind, run] of Object.entries(kinds)) took[kind].push(run({}, round + 1).took);
  const peak = Object.fromEntries(
    Object.entries(kinds).map(([kind, run]) => [kind, run({ memoryIn: folder }, 100).peak]),
  );
  const full = median(took.full);
  const row = (title, kind, wanted) => [
    title,
    seconds(median(took[kind])),
    percent(median(took[kind]) / full),
    times(full / median(took[kind])),
    mb(peak[kind]),
    wanted,
  ];
  console.log(
    `## Builds\n\nWhole command \`askdex index\`, ${count(report.documents)} files, ${values.rounds} rounds, medians; ${machine()}.\n`,
  );
  printTable([
    ['build', 'time', 'of the full build', 'faster', 'peak memory', 'wanted'],
    row('full, into an empty folder', 'full', ''),
    row('nothing changed', 'nothing', 'under 5 %'),
    row('one file edited', 'one', 'at most 16.7 %'),
  ]);
});
