import type { Document } from '../../core/document.js';

/**
 * Gives spellings of a subject that differ in case alone (`Computer science`, `Computer Science`) the spelling of the
 * first document that has it. `documents` are in ascending order of path; the order stays.
 */
export function canonicalSubjects(documents: readonly Document[]): Document[] {
  const spellings = new Map<string, string>();
  return documents.map((document) => {
    if (document.subject === null) return document;
    const key = document.subject.normalize('NFC').toLowerCase();
    const spelling = spellings.get(key) ?? document.subject;
    spellings.set(key, spelling);
    return spelling === document.subject ? document : { ...document, subject: spelling };
  });
}
