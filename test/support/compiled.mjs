// Mocha loads this file before the tests (see .mocharc.json). The tests are TypeScript and import `src/….js`; they get
// what the compiler made of it in `dist`. So threads and processes start as they do for users, without a loader, and in
// a fraction of the time.
import { readdirSync, statSync } from 'node:fs';
import Module, { register } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);
register('./compiled-resolver.mjs', { parentURL: import.meta.url, data: { root: ROOT.href } });

// Mocha loads test files by `require`, which the hooks above do not see.
const SOURCES = fileURLToPath(new URL('src/', ROOT));
const COMPILED = fileURLToPath(new URL('dist/', ROOT));
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const path = request.startsWith('.') && parent?.filename ? resolve(dirname(parent.filename), request) : '';
  return resolveFilename(path.startsWith(SOURCES) ? path.replace(SOURCES, COMPILED) : request, parent, ...rest);
};

/** Milliseconds since 1970 of the latest change to a file below `folder` whose name ends so; 0 if there is none. */
function latestChange(folder, ending) {
  try {
    const path = fileURLToPath(new URL(folder, ROOT));
    const files = readdirSync(path, { recursive: true }).filter((name) => name.endsWith(ending));
    return Math.max(0, ...files.map((name) => statSync(`${path}/${name}`).mtimeMs));
  } catch {
    return 0;
  }
}

// Stale code would give misleading results.
if (latestChange('src', '.ts') > latestChange('dist', '.tsbuildinfo')) {
  console.error('The sources are newer than dist/. Run "npx tsc -b", then the tests.');
  process.exit(1);
}
