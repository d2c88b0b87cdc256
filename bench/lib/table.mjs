/** Prints a Markdown table. The first row is the header; columns after the first are right-aligned. */
export function printTable(rows) {
  const texts = rows.map((row) => row.map(String));
  const widths = texts[0].map((_, column) => Math.max(3, ...texts.map((row) => [...(row[column] ?? '')].length)));
  const line = (row) =>
    `| ${row.map((text, column) => (column === 0 ? pad(text, widths[column]) : pad(text, widths[column], true))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  console.log([line(texts[0]), rule, ...texts.slice(1).map(line)].join('\n'));
  console.log('');
}

function pad(text, width, left = false) {
  const space = ' '.repeat(width - [...text].length);
  return left ? space + text : text + space;
}

/** A number with three significant digits. */
export function digits(value) {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(places, 6));
}

export const ms = (value) => `${digits(value)} ms`;
export const seconds = (value) => `${digits(value / 1000)} s`;
export const times = (value) => `${digits(value)} ×`;
export const percent = (value) => `${digits(value * 100)} %`;
export const mb = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
export const count = (value) => value.toLocaleString('en');
