/**
 * Atoms that detectors of numbers share, so that the automaton reads each shape once. They are few, and such that dates,
 * times and addresses of ordinary lines don't fire them. What comes in shorter or commoner shapes is looked for only
 * where words say what it may be.
 */

/** More than the ten digits of a time in seconds. */
export const ELEVEN_DIGITS = String.raw`\d{11}`;
/** 4111 1111 1111 1111 */
export const FOUR_FOUR_FOUR = String.raw`\d{4}[ -]\d{4}[ -]\d{4}`;
/** 20-12345678-6, 42201-0397640-8 */
export const LONG_MIDDLE = String.raw`\d{7}-\d`;
/** 046-454-286 */
export const THREE_TRIPLES = String.raw`\d{3}-\d{3}-\d{3}|\d{3} \d{3} \d{3}`;
/** 12.345.678-5, 529.982.247-25, 12.345.678Z */
export const DOTTED_GROUPS = String.raw`\d\.\d{3}\.\d{3}[ -]?[A-Za-z\d]`;
/** A date without separators and a number: 811228-9874, 131052+308T, 736028/5163, 49 015420 323751 8. Not the zone of a time: .123456+00:00 */
export const DATE_AND_NUMBER = String.raw`\d{6}[ +/-]\d{3}`;
/** 536-90-4399 */
export const THREE_TWO_FOUR = String.raw`\d{3}[ .-]\d{2}[ .-]\d{4}`;
/** A123456780, ATU13585627 */
export const CAPITAL_AND_SIX = String.raw`[A-Z]\d{6}`;
/** 12345678-Z, 1234567T */
export const SEVEN_AND_CAPITAL = String.raw`\d{7}[ -]?[A-Z]`;
/** ABCDE1234F */
export const CAPITALS_AND_FOUR = String.raw`[A-Z]{2}\d{4}[A-Z]`;
