/** Probe queries: complete, truncated and mistyped ones, a very frequent word, and stop words. */
export const PROBE = [
  'hepatitis b treatment',
  'what are the symptoms of leukemia',
  'how to diagnose diabetes',
  'alzheimer',
  'genetic changes related to cystic fibrosis',
  'diab',
  'what is the outlook for',
  'interferon therapy mechanism of action',
  'hepatitus',
  'cancr treatmnt',
  'a',
  'the',
  'is heart disease inherited',
  'symptoms',
  'treatment',
];
