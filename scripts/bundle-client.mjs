// Bundles what browsers load, so that it works without a build step of theirs: the client and its worker, in a few files.
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';

await rm('dist/browser', { recursive: true, force: true });
await build({
  entryPoints: { client: 'dist/client/index.js', worker: 'dist/client/worker.js' },
  outdir: 'dist/browser',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  chunkNames: 'part-[hash]',
  plugins: [
    {
      name: 'no-folders',
      setup: ({ onResolve }) =>
        // A browser has no folders, and nothing of Node to open them with.
        onResolve({ filter: /\/node\.js$/ }, ({ resolveDir }) => ({ path: `${resolveDir}/no-folders.js` })),
    },
  ],
});
