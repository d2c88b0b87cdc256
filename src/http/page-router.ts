import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';

/** What the search page consists of; the compiler's by-products in the same folder are not served. */
const SERVED: ReadonlySet<string> = new Set(['.html', '.css', '.js', '.svg']);

/** The folder of the search page beside this code: compiled in `dist`, as written in `src`. */
export const DEFAULT_PAGE_FOLDER = fileURLToPath(new URL('../page/', import.meta.url));

/** Serves the search page from `folder`. A path that is not a file of it falls through. */
export function pageRouter(folder: string): Router {
  const router = Router({ caseSensitive: true });
  const files = express.static(folder, {
    dotfiles: 'ignore',
    redirect: false,
    setHeaders: (response) => response.set('Cache-Control', 'no-cache'),
  });
  router.use((request, response, next) => {
    const asksForPage = request.path === '/' || SERVED.has(extname(request.path));
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (asksForPage && reads) files(request, response, next);
    else next();
  });
  return router;
}
