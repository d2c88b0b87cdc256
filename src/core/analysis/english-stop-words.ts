/** English stop words. They have their own file because the client loads those of other languages on demand. */
export const ENGLISH_STOP_WORDS = `a about am an and any are as at be been being but by can could did do does doing for from had has have how i if in into
  is it its just me my of on or our shall should so some such than that the their them then there these they this those
  to us was we were what when where which who whom whose why will with would you your`;

/** Splits a list of words at white space. */
export function splitWords(list: string): string[] {
  return list.split(/\s+/).filter((word) => word !== '');
}
