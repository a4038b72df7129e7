/** A whole value. */
export const STRING = 0;
/** Text that is never taken apart: a key, or what follows the part of a text that is JSON. */
export const PLAIN = 1;
/** The inside of a JSON string without escapes. */
export const IN_JSON = 2;
/** A JSON number as digits: a replacement becomes a JSON string. */
export const JSON_NUMBER = 3;
/** The inside of a JSON string with escapes, decoded. */
export const ESCAPED = 4;
/** Part of a URL, decoded. */
export const IN_URL = 5;
/** Host, port and path of a URL, decoded; its extra number is where the host's name ends in the source. */
export const AUTHORITY = 6;
/** A number or an id of the wire; its extra number says which target is told of findings. */
export const WIRE_VALUE = 7;
/** Names, keywords or a comment of a query: what is found becomes a `?`. */
export const IN_QUERY = 8;
/** A word of a command line. */
export const IN_WORD = 9;
/** Strings of a list, one behind the other; its extra number says which list. */
export const JOINED = 10;
/** Already dealt with. */
export const DONE = 11;

/** What a collected text is, which says how a replacement is written. */
export type TextKind =
  | typeof STRING
  | typeof PLAIN
  | typeof IN_JSON
  | typeof JSON_NUMBER
  | typeof ESCAPED
  | typeof IN_URL
  | typeof AUTHORITY
  | typeof WIRE_VALUE
  | typeof IN_QUERY
  | typeof IN_WORD
  | typeof JOINED
  | typeof DONE;

/** Part of a URL, where other labels are written than elsewhere. */
export function isInUrl(kind: TextKind): boolean {
  return kind === IN_URL || kind === AUTHORITY;
}
