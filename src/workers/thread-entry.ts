import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * The URL to start a thread with. Compiled, that is the module itself. Run from source (tests), the loader that turns
 * TypeScript into JavaScript is at work in the main thread alone, so a line before the module starts it in the new one.
 */
export function threadEntry(module: URL): URL {
  if (!module.pathname.endsWith('.ts')) return module;
  // Of the loader's two builds this finds the one for require, and a thread needs the one for import.
  const loader = createRequire(module)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const code = [
    `import { register } from ${JSON.stringify(pathToFileURL(loader).href)};`,
    `register();`,
    `await import(${JSON.stringify(module.href)});`,
  ];
  return new URL(`data:text/javascript,${encodeURIComponent(code.join('\n'))}`);
}
