/**
 * Which words a message holds, and which words it must hold when a text is found in it.
 * In: the bytes of a message and limits; a text as a search has folded it. Out: words by zone, and terms to look up.
 * Never: a message left out that a reading of its texts would find (RFC 3501 §6.4.4); it may take in more.
 */
export { type IndexedWords, type IndexLimits, indexMessage, usualIndexLimits, type Zone } from './index-message.ts'
export { type SoughtTerm, soughtTerms, termIsIn, wordsOf } from './words.ts'
