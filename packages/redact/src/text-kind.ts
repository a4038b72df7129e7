/** What a text is, which says how a replacement is written. Plain constants: they are columns of a table. */

export const STRING = 0;
/** The inside of a JSON string without escapes. */
export const IN_JSON = 1;
/** A JSON number: a replacement becomes a JSON string. */
export const JSON_NUMBER = 2;
/** Part of a URL. */
export const IN_URL = 3;
/** A number of the wire, written as digits. */
export const NUMBER = 4;
/** An id: taken out where something is found in it. */
export const ID = 5;
/** Already dealt with. */
export const DONE = 6;
