// Mocha loads this file before the tests (see .mocharc.json). The tests are TypeScript and import `src/….js`; they get
// what the compiler made of it in `dist`. So threads and processes start as they do for users, without a loader, and in
// a fraction of the time.
import { readdirSync, statSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);
register('./compiled-resolver.mjs', { parentURL: import.meta.url, data: { root: ROOT.href } });

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
