import { AskdexError, quoteForMessage } from '../errors.js';

/** A text file of an evaluation. */
export interface TextFile {
  /** As messages name it. */
  readonly name: string;
  readonly text: string;
}

export interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Without its line feed. */
  readonly text: string;
}

/** The lines that hold anything. */
export function linesOf({ text }: TextFile): TextLine[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line, at) => ({ number: at + 1, text: line }))
    .filter((line) => line.text.trim() !== '');
}

/** Where in a file something is wrong; `line` null: the whole. */
export interface FilePosition {
  readonly file: string;
  readonly line: number | null;
}

/** What is wrong with a file of an evaluation. */
export function evaluationFileError({ file, line }: FilePosition, fault: string, remedy: string): AskdexError {
  const where = line === null ? quoteForMessage(file) : `${quoteForMessage(file)}, line ${line}`;
  return new AskdexError('evaluation_invalid', `${where}: ${fault}`, { parameter: file, remedy });
}
