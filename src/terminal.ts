/**
 * Makes a document's text safe for a terminal: white space becomes single spaces, and characters that could move the
 * cursor, change colors or reorder the line (control characters, bidirectional overrides) become escapes like `\u001b`.
 */
export function safeForTerminal(text: string): string {
  return text
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029 ]+/g, ' ')
    .replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu, escaped);
}

/** Like `safeForTerminal`, but keeps line feeds and indentation. For messages that quote content. */
export function safeLines(text: string): string {
  return text.split('\n').map(safeLine).join('\n');
}

function safeLine(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return indent + safeForTerminal(line.slice(indent.length));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
