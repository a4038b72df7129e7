const LETTER = "[A-HJ-NP-Za-km-z]";
/** None of the hexadecimal digits, or ids would be full of them. */
const NOT_HEX = "[G-HJ-NP-Zg-km-z]";

/**
 * Atom of base58 addresses: a digit between two letters that are not both hexadecimal. Of random texts as long as an
 * address three in a hundred have none. Counting their characters would be surer, but would multiply the states of the
 * automaton by their number.
 */
export const DIGIT_IN_LETTERS = `${NOT_HEX}[1-9]${LETTER}|${LETTER}[1-9]${NOT_HEX}`;

const CHARACTER = "[1-9A-HJ-NP-Za-km-z]";

/** A word of base58 characters that holds the atom; its length and checksum are for the validator to look at. */
export function base58Pattern(start: string): string {
  return String.raw`\b${start}${CHARACTER}*(?:${DIGIT_IN_LETTERS})${CHARACTER}*\b`;
}
