import { readFileSync } from 'node:fs';
import type { OutputFile } from '../../core/model/generation-manifest.js';

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
