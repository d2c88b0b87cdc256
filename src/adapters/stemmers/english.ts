// Apart from the stemmers of other languages, which the client loads on demand. Porter's own test vocabulary passes here; the library of the
// other languages drops letters of English words (infection, adoption).
export { stemmer as english } from 'stemmer';
