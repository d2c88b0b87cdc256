/** Both written forms of Norwegian share a stemmer and a list of stop words. */
const SAME: Readonly<Record<string, string>> = { nb: 'no', nn: 'no' };

/** Returns the language of a BCP 47 tag without region and script: `pt` for `pt-br`, `no` for `nb` and `nn`. */
export function primaryLanguage(tag: string): string {
  const primary = (tag.split('-')[0] ?? '').toLowerCase();
  return Object.hasOwn(SAME, primary) ? (SAME[primary] ?? primary) : primary;
}
