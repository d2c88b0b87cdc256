import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Io } from '../../src/cli/process-io.js';
import { runCommandLine } from '../../src/cli/program.js';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary folder with files, removed by `remove`. */
export function temporaryFolder(files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const path = mkdtempSync(join(tmpdir(), 'askdex-cli-'));
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return { path, write, remove: () => rmSync(path, { recursive: true, force: true }) };
}
export type TemporaryFolder = ReturnType<typeof temporaryFolder>;

export function question(title: string, answer: string, more = ''): string {
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `---\ntitle: ${JSON.stringify(title)}\nurl: /q/${slug}\nsubject: Tests\n${more}answer: ${JSON.stringify(answer)}\n---\n&nbsp;\n`;
}

export const SKY = question('Why is the sky blue?', 'Air scatters short waves of sunlight more than long ones.');
export const TIDES = question('What causes the tides?', 'The pull of the moon raises the oceans.');

/** Runs a command line inside this process, with its own environment. */
export async function askdex(
  args: readonly string[],
  { folder, environment = {}, ...more }: { folder: string; environment?: Record<string, string> } & Partial<Io>,
): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const code = await runCommandLine(args, {
    out: (text) => (stdout += text),
    err: (text) => (stderr += text),
    terminal: false,
    colors: false,
    stderrIsTty: false,
    columns: () => 80,
    environment,
    folder,
    onInterrupt: () => () => undefined,
    onHangup: () => undefined,
    onParentExit: () => undefined,
    exit: () => undefined,
    ...more,
  });
  return { code, stdout, stderr };
}

/** The compiled command line. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Runs the compiled command line in another process, with nothing of this one's environment. */
export class Process {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ran>;
  stdout = '';
  stderr = '';
  #heard = new Set<() => void>();

  constructor(args: readonly string[], folder: string, environment: Record<string, string> = {}) {
    this.child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env: environment });
    this.child.stdout.on('data', (chunk) => this.#hear('stdout', String(chunk)));
    this.child.stderr.on('data', (chunk) => this.#hear('stderr', String(chunk)));
    this.child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => {
        for (const check of this.#heard) check();
        const ended = signal === null ? code : 128 + (signal === 'SIGKILL' ? 9 : 15);
        resolve({ code: ended, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** Resolves to the match once the output contains it. Rejects if the process ends without it. */
  async says(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    let check = (): void => undefined;
    const heard = new Promise<RegExpExecArray>((resolve, reject) => {
      check = () => {
        const found = pattern.exec(this[stream]);
        if (found !== null) resolve(found);
        else if (this.child.exitCode !== null || this.child.signalCode !== null) {
          reject(new Error(`ended without ${String(pattern)}:\n${this.stdout}\n${this.stderr}`));
        }
      };
      this.#heard.add(check);
      check();
    });
    try {
      return await heard;
    } finally {
      this.#heard.delete(check);
    }
  }

  #hear(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text;
    for (const check of this.#heard) check();
  }
}
