// Separate from the other languages' stemmers, which the client loads on demand. This one passes Porter's own test
// vocabulary; the library of the other languages drops letters of English words (infection, adoption).
export { stemmer as english } from 'stemmer';
