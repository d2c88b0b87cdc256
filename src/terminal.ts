/**
 * Text of a document as it may stand on a terminal: white space as single spaces, and whatever could move the cursor,
 * change colours or reorder the line (control characters, bidirectional overrides) written out as `\u001b`.
 */
export function safeForTerminal(text: string): string {
  return text
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029 ]+/g, ' ')
    .replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu, written);
}

/** The same, keeping line feeds: for messages of ours that quote content. */
export function safeLines(text: string): string {
  return text.split('\n').map(safeForTerminalLine).join('\n');
}

function safeForTerminalLine(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return indent + safeForTerminal(line.slice(indent.length));
}

function written(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
