import { element } from './dom.js';

/** Most subjects that are offered at once. */
const SHOWN = 12;

/** Chips that keep the documents of one or more subjects; those chosen stay, even when they count nothing. */
export function subjectChips(
  counts: Readonly<Record<string, number>>,
  chosen: readonly string[],
  toggle: (subject: string) => void,
): HTMLButtonElement[] {
  const found = Object.entries(counts).sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
  const listed = new Map([
    ...chosen.map((subject) => [subject, counts[subject] ?? 0] as const),
    ...found.slice(0, SHOWN),
  ]);
  return [...listed].map(([subject, count]) => {
    const attributes = {
      type: 'button',
      'aria-pressed': String(chosen.includes(subject)),
      'data-subject': subject,
    };
    const chip = element('button', attributes, `${subject} (${count.toLocaleString('en')})`);
    chip.addEventListener('click', () => toggle(subject));
    return chip;
  });
}
