import type { BitCoder } from './coder.js';
import { toldOrder } from './record-model.js';
import type { Records } from './records.js';
import type { Spelling } from './spelling.js';
import { DESCRIPTIONS, TextModel } from './text-model.js';

/** Codes the description of each document, '' for none, in the order in which documents are told. */
export function codeDescriptions(
  coder: BitCoder,
  records: Records,
  { spelling, given }: { readonly spelling: Spelling; readonly given: readonly string[] | null },
): string[] {
  const texts = new TextModel(spelling);
  const out: string[] = records.documents.map(() => '');
  for (const document of toldOrder(records)) {
    const hint = records.documents[document]?.keywords[0] ?? '';
    out[document] = texts.code(coder, given?.[document] ?? '', {
      stream: DESCRIPTIONS,
      hint,
      about: records.documents[document]?.title ?? '',
    });
  }
  return out;
}
