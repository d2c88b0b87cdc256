import { EXIT } from './usage.js';
import { openStore } from '../wiring.js';
import type { Io } from './process-io.js';
import { configFor, type SettingOptions } from './overrides.js';

export interface RollbackCommandOptions extends SettingOptions {
  readonly json?: true;
}

/** `askdex rollback`: makes an earlier generation current again; a running server opens it within a second. */
export async function rollbackCommand(
  io: Io,
  generation: string | undefined,
  options: RollbackCommandOptions,
): Promise<number> {
  const config = configFor(io, options);
  const manifest = await openStore(config).rollback(generation);
  const { generation: current, documents, createdAt } = manifest;
  if (options.json === true) io.out(`${JSON.stringify({ generation: current, documents, createdAt })}\n`);
  else io.out(`Generation ${current} of ${createdAt} with ${documents} documents is current again.\n`);
  return EXIT.done;
}
