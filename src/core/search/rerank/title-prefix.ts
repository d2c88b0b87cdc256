import { titleKey } from '../../analysis/title-key.js';

/**
 * Returns the share of a title that a query's letters are (see `titleKey`), or 0 if the title does not begin with them.
 * ASCII titles are compared without computing their key, because most differ in the first letters.
 */
export function prefixShare(title: string, letters: string): number {
  if (letters === '') return 0;
  let matched = 0;
  let more = 0;
  for (let at = 0; at < title.length; at += 1) {
    let unit = title.charCodeAt(at);
    if (unit >= 128) return prefixShareOf(titleKey(title), letters);
    if (unit >= 65 && unit <= 90) unit += 32;
    else if (!((unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57))) continue;
    if (matched === letters.length) more += 1;
    else if (letters.charCodeAt(matched) === unit) matched += 1;
    else return 0;
  }
  return matched === letters.length ? matched / (matched + more) : 0;
}

function prefixShareOf(title: string, letters: string): number {
  return title.startsWith(letters) ? letters.length / title.length : 0;
}
