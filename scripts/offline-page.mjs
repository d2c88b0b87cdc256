// Creates the page of exported snapshots from the server's page. Its files are in `page/`, and texts about the server
// are replaced.
import { readFile } from 'node:fs/promises';

const POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'";

const CHANGES = [
  [/(find the answers)\."/, '$1, with a network or without."'],
  [/(?=<title>)/, `<meta http-equiv="Content-Security-Policy" content="${POLICY}" />\n    `],
  [/"(?=favicon\.svg"|style\.css")/g, '"page/'],
  [/"search-page\.js"/, '"page/demo.js"'],
  [
    /<noscript\s*>[\s\S]*?<\/noscript\s*>/,
    '<noscript><p class="notice">This page searches by itself, which needs JavaScript.</p></noscript>',
  ],
  [
    /(<footer class="bottom">)[\s\S]*?(?=\s*<\/footer>)/,
    `$1
      <progress id="progress" aria-label="Download" hidden></progress>
      <span id="snapshot" role="status">Opening the questions…</span>`,
  ],
];

/** Throws an error if the server's page no longer contains a text that has to be replaced. */
export async function offlinePage() {
  let html = await readFile('src/page/index.html', 'utf8');
  for (const [pattern, text] of CHANGES) {
    const changed = html.replace(pattern, text);
    if (changed === html) throw new Error(`src/page/index.html has nothing like ${pattern}`);
    html = changed;
  }
  return html;
}
