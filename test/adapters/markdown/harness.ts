import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Document } from '../../../src/core/model/document.js';
import type { Problem } from '../../../src/core/model/ports.js';
import { createDocumentSource, type SourceOptions } from '../../../src/adapters/markdown/source.js';
import { mappingSchema } from '../../../src/adapters/markdown/mapping-schema.js';

const made: string[] = [];

/** A temporary folder with these files; `cleanUp` removes it. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'askdex-markdown-')));
  made.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

export function cleanUp(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export interface Reading {
  readonly paths: string[];
  readonly documents: Document[];
  readonly problems: Problem[];
}

export type ReadChoices = Omit<SourceOptions, 'path' | 'mapping'> & { readonly mapping?: unknown };

/** Scans and reads a folder or a file. */
export async function readAll(path: string, choices: ReadChoices = {}): Promise<Reading> {
  const { mapping = {}, ...rest } = choices;
  const source = createDocumentSource({ path, mapping: mappingSchema.parse(mapping), ...rest });
  const scan = await source.scan();
  const documents: Document[] = [];
  const problems = [...scan.problems];
  for (const entry of scan.entries) {
    for await (const item of source.read(entry)) {
      if (item.kind === 'document') documents.push(item.document);
      else problems.push(item.problem);
    }
  }
  return { paths: scan.entries.map((entry) => entry.path), documents, problems };
}

/** The result of reading one file. */
export async function readOne(content: string, file = 'a.md', choices: ReadChoices = {}): Promise<Reading> {
  return readAll(folderOf({ [file]: content }), choices);
}

/** `code@line` of each problem, with `!` if the document is skipped. */
export function told(problems: readonly Problem[]): string[] {
  return problems.map(
    ({ code, line, skipped }) => `${code}${line === null ? '' : `@${String(line)}`}${skipped ? '!' : ''}`,
  );
}
