/** Queries that people ask, type in half or mistype; one word that is everywhere, and stop words. */
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
