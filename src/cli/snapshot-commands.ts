import { type Command, Option } from 'commander';
import { SNAPSHOT_KINDS, TEXT_MODES } from '../core/model/snapshot-manifest.js';
import { examples, type Finish } from './usage.js';
import type { Io } from './process-io.js';
import type { ExportCommandOptions, VerifyCommandOptions } from './snapshot-command.js';

interface CommandContext {
  readonly finish: Finish;
  /** The option that names the index folder. */
  readonly index: readonly [flags: string, description: string];
}

/** `askdex snapshot` and its two commands. Their code is loaded when they run. */
export function addSnapshot(program: Command, io: Io, surroundings: CommandContext): void {
  const snapshot = program
    .command('snapshot')
    .description('Files that clients download to search by themselves: export and verify them.')
    .addHelpText(
      'after',
      examples('askdex snapshot export --out public/search', 'askdex snapshot verify public/search'),
    );
  addExport(snapshot, io, surroundings);
  snapshot
    .command('verify')
    .description('Check every size, checksum, encoding and, with a key, the signature of a snapshot.')
    .argument('<folder>', 'what "askdex snapshot export" wrote')
    .option('--public-key <file>', "the publisher's Ed25519 public key (PEM): an unsigned snapshot is refused")
    .option('--json', 'print one JSON object on standard output')
    .addHelpText('after', examples('askdex snapshot verify public/search --public-key publisher.pem'))
    .action(async (folder: string, options: VerifyCommandOptions) => {
      const { verifyCommand } = await import('./snapshot-command.js');
      surroundings.finish(await verifyCommand(io, folder, options));
    });
}

function addExport(snapshot: Command, io: Io, { finish, index }: CommandContext): void {
  snapshot
    .command('export')
    .description('Write the current generation as a folder that works from any static host.')
    .requiredOption('--out <folder>', 'a new or empty folder, or an earlier export, which is replaced')
    .addOption(
      new Option('--text <mode>', 'none: titles, links and descriptions; full: answers too')
        .choices(TEXT_MODES)
        .default('full'),
    )
    .addOption(
      new Option('--format <name>', 'packed: for askdex/client; minisearch: JSON for MiniSearch 7')
        .choices(SNAPSHOT_KINDS)
        .default('packed'),
    )
    .option('--subject <name>', 'the documents of one subject alone')
    .option('--no-deltas', 'leave out what turns earlier snapshots into this one')
    .option('--sign-key <file>', 'Ed25519 private key (PEM) that signs the manifest')
    .option('--no-page', 'leave out the search page (index.html and what it loads)')
    .option(...index)
    .option('--json', 'print one JSON object on standard output')
    .addHelpText(
      'after',
      `\nCompresses as far as it goes, which takes some seconds for each megabyte.\n${examples(
        'askdex snapshot export --out public/search',
        'askdex snapshot export --out public/titles --text none --sign-key publisher-key.pem',
        'askdex snapshot export --out public/mini --format minisearch',
      )}`,
    )
    .action(async (options: ExportCommandOptions) => {
      const { exportCommand } = await import('./snapshot-command.js');
      finish(await exportCommand(io, options));
    });
}
