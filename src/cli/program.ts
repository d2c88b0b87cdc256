import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { RANKINGS } from '../core/model/settings.js';
import { askdexVersion } from '../version.js';
import type { EvalCommandOptions } from './eval-command.js';
import { examples, mainHelp, type Finish, EXIT, printError } from './usage.js';
import type { Io } from './process-io.js';
import { addSnapshot } from './snapshot-commands.js';

/** Runs a command line (without Node's own two arguments) and returns the exit code. Never throws. */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  const program = createProgram(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) return printError(error, io, args.includes('--json'));
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  return code;
}

/** Creates the commands. Their code is loaded when they run, so that `--help` and short commands start fast. */
function createProgram(io: Io, finish: (code: number) => void): Command {
  const program = new Command('askdex');
  program
    .description('Full-text search for question-and-answer sites written in Markdown.')
    .version(askdexVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError('Run with --help to see how it is used.')
    .exitOverride()
    .addHelpText('after', mainHelp());
  addServe(program, io, finish);
  addIndex(program, io, finish);
  addCheck(program, io, finish);
  addSearch(program, io, finish);
  addEval(program, io, finish);
  addSnapshot(program, io, { finish, index: INDEX });
  addRollback(program, io, finish);
  return program;
}

interface CommonOptions {
  readonly content?: string;
  readonly index?: string;
  readonly json?: true;
}

const CONTENT = [
  '--content <path>',
  'folder of Markdown files, or a .jsonl or .jsonl.gz file (default: ASKDEX_CONTENT, else content)',
] as const;
const INDEX = ['--index <folder>', 'folder of the index (default: ASKDEX_INDEX, else index-data)'] as const;

function addServe(program: Command, io: Io, finish: Finish): void {
  program
    .command('serve')
    .description('Index the content, keep the index fresh, and serve the API and the search page.')
    .option(...CONTENT)
    .option(...INDEX)
    .option('--host <address>', 'address to listen on (default: HOST, else 127.0.0.1)')
    .option('--port <number>', 'port to listen on; 0 takes any free one (default: PORT, else 7373)')
    .addHelpText(
      'after',
      `
The newest good index is served at once; a build then runs beside it, at every time of ASKDEX_SCHEDULE, and on request.
SIGHUP reindexes. SIGTERM or SIGINT stops within 10 seconds; a second one stops at once.
${examples('askdex serve', 'askdex serve --content docs --port 8080', 'ASKDEX_SCHEDULE=off ASKDEX_WATCH=true askdex serve')}`,
    )
    .action(async (options: CommonOptions & { readonly host?: string; readonly port?: string }) => {
      const { serveCommand } = await import('./serve-command.js');
      finish(await serveCommand(io, options));
    });
}

function addIndex(program: Command, io: Io, finish: Finish): void {
  program
    .command('index')
    .description('Build the index once. A running server takes the new build up within a second.')
    .option(...CONTENT)
    .option(...INDEX)
    .option('--full', 'read and build everything again instead of only what changed')
    .option('--json', 'print one JSON object on standard output')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      `\nExits with 3 where the golden queries of the configuration refuse the build; what is served then stays.\n${examples('askdex index', 'askdex index --content docs --index /var/lib/askdex', 'askdex index --json')}`,
    )
    .action(async (options: CommonOptions & { readonly full?: true; readonly quiet?: true }) => {
      const { indexCommand } = await import('./index-command.js');
      finish(await indexCommand(io, options));
    });
}

function addCheck(program: Command, io: Io, finish: Finish): void {
  program
    .command('check')
    .description('Read the content and list every problem with file and line. Writes nothing.')
    .option(...CONTENT)
    .option('--json', 'print one JSON object on standard output')
    .addHelpText(
      'after',
      `\nExits with 1 when a document would be left out, else with 0.\n${examples('askdex check', 'askdex check --content docs --json')}`,
    )
    .action(async (options: CommonOptions) => {
      const { checkCommand } = await import('./check-command.js');
      finish(await checkCommand(io, options));
    });
}

function addSearch(program: Command, io: Io, finish: Finish): void {
  program
    .command('search')
    .description('Ask the index a question.')
    .argument('<query...>', 'what to look for; several words need no quotes')
    .option(...INDEX)
    .option('--limit <number>', 'how many hits, 0 to 100', limit, 10)
    .option('--json', 'print what GET /v1/search answers')
    .addHelpText(
      'after',
      examples(
        'askdex search why is the sky blue',
        'askdex search --limit 3 "merge sort"',
        'askdex search --json -- -1 | jq .hits',
      ),
    )
    .action(async (words: string[], options: CommonOptions & { readonly limit: number }) => {
      const { searchCommand } = await import('./search-command.js');
      finish(await searchCommand(io, words.join(' '), options));
    });
}

function addEval(program: Command, io: Io, finish: Finish): void {
  program
    .command('eval')
    .description('Measure how good the ranking is, with a collection of judged queries. Writes nothing.')
    .requiredOption('--corpus <file>', 'documents: JSONL with _id, title, text, keywords; or a content folder')
    .requiredOption('--queries <file>', 'queries: JSONL with _id and text')
    .requiredOption('--qrels <file>', 'judgements: lines "query document grade", or trec_eval\'s four columns')
    .addOption(new Option('--ranking <name>', 'how to rank (default: that of the configuration)').choices(RANKINGS))
    .option('--json', 'print one JSON object on standard output')
    .addHelpText(
      'after',
      `
Each file may be packed (.gz). Prints nDCG@10, MRR@10 and recall@100 as trec_eval computes ndcg_cut_10, recip_rank (of ten)
and recall_100, as means over the queries that have a relevant document (a grade of 1 or more), and the engine's time.
${examples(
  'askdex eval --corpus corpus.jsonl.gz --queries queries.jsonl.gz --qrels qrels.tsv',
  'askdex eval --corpus content --queries queries.jsonl --qrels qrels.txt --ranking bm25 --json',
)}`,
    )
    .action(async (options: EvalCommandOptions) => {
      const { evalCommand } = await import('./eval-command.js');
      finish(await evalCommand(io, options));
    });
}

function addRollback(program: Command, io: Io, finish: Finish): void {
  program
    .command('rollback')
    .description('Serve an earlier generation again: the one before, or the one named.')
    .argument('[generation]', 'its name, as "askdex index" and the API print it')
    .option(...INDEX)
    .option('--json', 'print one JSON object on standard output')
    .addHelpText(
      'after',
      `
The schedule does not publish the content that was rolled back again until it changes; "askdex index" does.
${examples('askdex rollback', 'askdex rollback 20250102T030405Z-0123456789ab')}`,
    )
    .action(async (generation: string | undefined, options: CommonOptions) => {
      const { rollbackCommand } = await import('./rollback-command.js');
      finish(await rollbackCommand(io, generation, options));
    });
}

function limit(text: string): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (!(value <= 100)) throw new InvalidArgumentError('It must be a whole number from 0 to 100.');
  return value;
}
