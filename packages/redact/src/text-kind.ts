/** What a text is, which says how a replacement is written. Plain constants: they are columns of a table. */

export const STRING = 0;
/** The inside of a JSON string without escapes. */
export const IN_JSON = 1;
/** A JSON number: a replacement becomes a JSON string. */
export const JSON_NUMBER = 2;
/** Part of a URL behind its host. */
export const IN_URL = 3;
/** Host and port of a URL. */
export const IN_HOST = 4;
/** A number of the wire, written as digits. */
export const NUMBER = 5;
/** An id: taken out where something is found in it. */
export const ID = 6;
/** Already dealt with. */
export const DONE = 7;
