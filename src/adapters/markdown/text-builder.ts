import { normalizeWhitespace } from './field-reader.js';
import type { Answer, Block, BlockKind, TextRange } from '../../core/model/document.js';

/** Builds an answer block by block: prose with collapsed white space, code and math unchanged. */
export class TextBuilder {
  private readonly texts: string[] = [];
  private readonly blocks: Block[] = [];
  private readonly atoms: TextRange[] = [];
  private length = 0;

  private current = '';
  private currentAtoms: TextRange[] = [];
  private endsInSpace = true;

  /** Adds prose to the current block. Each run of white space, including no-break spaces, becomes one space. */
  prose(text: string): void {
    if (text === '') return;
    let piece = normalizeWhitespace(text);
    if (this.endsInSpace && piece.startsWith(' ')) piece = piece.slice(1);
    if (piece === '') return;
    this.current += piece;
    this.endsInSpace = piece.endsWith(' ');
  }

  /** Adds inline code or math unchanged. */
  atom(text: string): void {
    if (text.trim() === '') {
      this.prose(text);
      return;
    }
    this.currentAtoms.push([this.current.length, this.current.length + text.length]);
    this.current += text;
    this.endsInSpace = false;
  }

  /** Starts the next cell of a row. */
  cell(): void {
    const text = this.currentText();
    if (text === '' || text.endsWith(' |')) return;
    this.current = `${text} | `;
    this.endsInSpace = true;
  }

  /** Ends the current block, if it has any text. */
  end(kind: BlockKind): void {
    let text = this.currentText();
    if (kind === 'row' && text.endsWith(' |')) text = text.slice(0, -2);
    this.push(kind, text, this.currentAtoms);
    this.current = '';
    this.currentAtoms = [];
    this.endsInSpace = true;
  }

  /** Adds a block of code or math with its line breaks. */
  verbatim(kind: 'code' | 'math', text: string): void {
    this.push(kind, text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd(), []);
  }

  answer(): Answer {
    return { text: this.texts.join('\n'), blocks: this.blocks, atoms: this.atoms };
  }

  private currentText(): string {
    return this.endsInSpace && this.current.endsWith(' ') ? this.current.slice(0, -1) : this.current;
  }

  private push(kind: BlockKind, text: string, atoms: readonly TextRange[]): void {
    if (text === '') return;
    const start = this.length === 0 ? 0 : this.length + 1;
    for (const [from, to] of atoms) this.atoms.push([start + from, start + Math.min(to, text.length)]);
    this.blocks.push({ kind, start, end: start + text.length });
    this.texts.push(text);
    this.length = start + text.length;
  }
}
