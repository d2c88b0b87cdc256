import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { OutputFile } from '../../core/model/generation-manifest.js';

/** The folder of the page's scripts, in an exported folder. */
export const OFFLINE_PAGE_FOLDER = 'page';

/** A search page over the snapshot that it lies beside, with what it loads: `index.html`, `sw.js`, and the folder `page`. */
export function offlinePageFiles(): OutputFile[] {
  return [
    ...filesIn('offline-page', (name) => name),
    ...filesIn('browser', (name) => `${OFFLINE_PAGE_FOLDER}/${name}`),
  ];
}

function filesIn(folder: string, nameOf: (name: string) => string): OutputFile[] {
  // Run from source (tests), the bundles lie in the folder of the build.
  const dist = import.meta.url.endsWith('.ts') ? '../../../dist/' : '../../';
  const path = fileURLToPath(new URL(dist + folder, import.meta.url));
  return readdirSync(path)
    .sort()
    .map((name) => ({ name: nameOf(name), bytes: readFileSync(join(path, name)) }));
}

/** The tokenizer and what it imports. */
const MODULES = ['tokenizer.js', 'character-classes.js', 'special-terms.js'];

/** The compiled modules of the tokenizer, as a browser can load them from one folder. */
export function tokenizerModules(): OutputFile[] {
  // Run from source (tests), the compiled modules lie in the folder of the build.
  const compiled = import.meta.url.endsWith('.ts') ? '../../../dist/core/analysis/' : '../../core/analysis/';
  return MODULES.map((name) => {
    const text = readFileSync(new URL(compiled + name, import.meta.url), 'utf8');
    return { name, bytes: new TextEncoder().encode(text.replace(/^\/\/# sourceMappingURL=.*\n?/m, '')) };
  });
}
