/** Fits y = factor·x^exponent through points by least squares of the logarithms. */
export function fit(points) {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
  const mean = (at) => logs.reduce((sum, point) => sum + point[at], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const exponent =
    logs.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) /
    logs.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return { exponent, factor: Math.exp(y - exponent * x) };
}

const PANEL = { width: 360, height: 250, left: 58, right: 16, top: 34, bottom: 38 };

/** An SVG of small log-log plots, two in a row. A panel is `{title, points, show}`; `show` formats a y value. */
export function plot(panels) {
  const rows = Math.ceil(panels.length / 2);
  const width = PANEL.width * 2;
  const height = PANEL.height * rows;
  const body = panels.map((panel, at) => {
    const position = `translate(${(at % 2) * PANEL.width} ${Math.floor(at / 2) * PANEL.height})`;
    return `<g transform="${position}">\n${panelLines(panel).join('\n')}\n</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="11" role="img" aria-label="Growth by number of documents">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

function panelLines({ title, points, show }) {
  const { exponent, factor } = fit(points);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const x = scale(Math.min(...xs), Math.max(...xs), PANEL.left + 12, PANEL.width - PANEL.right - 12);
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const y = scale(low / 1.6, high * 1.6, PANEL.height - PANEL.bottom, PANEL.top);
  const line = (x1, y1, x2, y2, style) =>
    `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" ${style}/>`;
  const text = (at, down, words, anchor) =>
    `<text x="${round(at)}" y="${round(down)}" text-anchor="${anchor}" fill="#333333">${escaped(words)}</text>`;
  const fitted = (at) => factor * at ** exponent;
  const right = PANEL.width - PANEL.right;
  const floor = PANEL.height - PANEL.bottom;
  return [
    `<text x="${PANEL.left}" y="20" font-weight="bold" fill="#111111">${escaped(title)} ~ n^${exponent.toFixed(2)}</text>`,
    ...ticks(low, high).flatMap((value) => [
      line(PANEL.left, y(value), right, y(value), 'stroke="#dddddd"'),
      text(PANEL.left - 6, y(value) + 4, show(value), 'end'),
    ]),
    line(PANEL.left, floor, right, floor, 'stroke="#888888"'),
    ...xs.map((value) => text(x(value), floor + 16, thousands(value), 'middle')),
    text((PANEL.left + right) / 2, floor + 31, 'documents', 'middle'),
    line(x(xs[0]), y(fitted(xs[0])), x(xs.at(-1)), y(fitted(xs.at(-1))), 'stroke="#c0504d" stroke-dasharray="5 4"'),
    `<polyline fill="none" stroke="#1f5fa8" stroke-width="2" points="${points.map(([a, b]) => `${round(x(a))},${round(y(b))}`).join(' ')}"/>`,
    ...points.map(([a, b]) => `<circle cx="${round(x(a))}" cy="${round(y(b))}" r="3" fill="#1f5fa8"/>`),
  ];
}

function scale(from, to, start, end) {
  const span = Math.log(to / from) || 1;
  return (value) => start + (Math.log(value / from) / span) * (end - start);
}

/** Round values within a range, at most five. */
function ticks(low, high) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1)
    for (const digit of [1, 2, 5]) found.push(digit * 10 ** power);
  const inside = found.filter((value) => value >= low / 1.6 && value <= high * 1.6);
  const step = Math.ceil(inside.length / 5);
  return inside.filter((_, at) => at % step === 0);
}

const round = (value) => value.toFixed(1);
const thousands = (value) => (value % 1000 === 0 ? `${value / 1000}k` : String(value));
const escaped = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
