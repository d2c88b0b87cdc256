import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { OutputFile } from '../../core/model/generation-manifest.js';

/** The folder of the page's scripts in an exported snapshot. */
const OFFLINE_PAGE_FOLDER = 'page';

/** The page that searches the snapshot in the same folder: `index.html`, `sw.js` and the scripts in `page/`. */
export function offlinePageFiles(): OutputFile[] {
  return [
    ...filesIn('offline-page', (name) => name),
    ...filesIn('browser', (name) => `${OFFLINE_PAGE_FOLDER}/${name}`),
  ];
}

function filesIn(folder: string, nameOf: (name: string) => string): OutputFile[] {
  const path = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
  return readdirSync(path)
    .sort()
    .map((name) => ({ name: nameOf(name), bytes: readFileSync(join(path, name)) }));
}

/** The tokenizer and its imports. */
const MODULES = ['tokenizer.js', 'character-classes.js', 'special-terms.js'];

/** The compiled modules of the tokenizer, which a browser can load from one folder. */
export function tokenizerModules(): OutputFile[] {
  return MODULES.map((name) => {
    const text = readFileSync(new URL(`../../core/analysis/${name}`, import.meta.url), 'utf8');
    return { name, bytes: new TextEncoder().encode(text.replace(/^\/\/# sourceMappingURL=.*\n?/m, '')) };
  });
}
