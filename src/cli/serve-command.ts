import { EXIT } from './usage.js';
import { performance } from 'node:perf_hooks';
import { parseSchedule } from '../server/schedule.js';
import { startServer } from '../server/server.js';
import { createLog } from '../server/log.js';
import { askdexVersion } from '../version.js';
import { readConfig } from '../wiring.js';
import type { Io } from './process-io.js';
import { overridesOf, type SettingOptions } from './overrides.js';

/** Less than the ten seconds after which platforms kill a process. */
const STOP_WITHIN_MS = 9500;

/** `askdex serve`: runs until SIGTERM or SIGINT. */
export async function serveCommand(io: Io, options: SettingOptions): Promise<number> {
  const config = readConfig({
    environment: io.environment,
    folder: io.folder,
    overrides: overridesOf(options),
    checkSchedule: (schedule) => void parseSchedule(schedule),
  });
  const { terminal } = io;
  const log = createLog({ level: config.logLevel, terminal: terminal ? (text) => io.out(text) : null });
  for (const warning of config.warnings) log.warn(warning);
  const interrupted = firstInterrupt(io);
  const server = await startServer(config, { log, onAdminKey: (key) => io.out(keyBox(key)) });
  io.onHangup(() => server.reindex());
  const ready = `Askdex ${askdexVersion()} serves ${server.url}`;
  const hint = `search page ${server.url}/ · API ${server.url}/docs · admin: Authorization: Bearer KEY`;
  if (terminal) io.out(`\n${ready}\n  ${hint}\n\n`);
  else log.info({ url: server.url, documents: server.documents() }, ready);
  await interrupted;
  log.info('stopping');
  const deadline = setTimeout(() => io.exit(EXIT.failed), STOP_WITHIN_MS);
  deadline.unref();
  await server.stop();
  log.info('stopped');
  return EXIT.done;
}

/** A shell and npm may each forward the same key press. */
const SAME_SIGNAL_MS = 100;

/** Resolves at the first SIGTERM or SIGINT. A second one ends the process at once. */
function firstInterrupt(io: Io): Promise<void> {
  let first: number | null = null;
  return new Promise((resolve) => {
    io.onInterrupt(() => {
      const now = performance.now();
      if (first !== null && now - first > SAME_SIGNAL_MS) io.exit(EXIT.interrupted);
      first ??= now;
      resolve();
    });
    io.onParentExit(resolve);
  });
}

function keyBox(key: string): string {
  const lines = [
    'The admin key of this index. It is shown once and cannot be shown again:',
    '',
    `  ${key}`,
    '',
    'Send it as "Authorization: Bearer KEY". To use one of your own instead,',
    'set ASKDEX_ADMIN_KEY. Lost it? Delete admin-key.json in the index folder.',
  ];
  const width = Math.max(...lines.map((line) => line.length));
  const edge = '─'.repeat(width + 2);
  const boxed = lines.map((line) => `│ ${line.padEnd(width)} │`);
  return [`┌${edge}┐`, ...boxed, `└${edge}┘`, ''].join('\n');
}
