/** Tags of one language: Norwegian in either spelling has one stemmer and one list of stop words. */
const SAME: Readonly<Record<string, string>> = { nb: 'no', nn: 'no' };

/** The language of a BCP 47 tag without its region or script: `pt` for `pt-br`; `no` for `nb` and `nn`. */
export function primaryLanguage(tag: string): string {
  const primary = (tag.split('-')[0] ?? '').toLowerCase();
  return Object.hasOwn(SAME, primary) ? (SAME[primary] ?? primary) : primary;
}
