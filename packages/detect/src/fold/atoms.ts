import { BASE64_ATOM } from "./base64.ts";
import { CHARACTER_ATOMS } from "./characters.ts";
import { ESCAPE_ATOMS } from "./escapes.ts";

/** What tells that characters of a text have to be folded, or escapes decoded. */
export const READING_ATOMS: readonly string[] = [...CHARACTER_ATOMS, ...ESCAPE_ATOMS];

/** All that the scanner's automaton looks for besides the atoms of detectors. */
export const FOLD_ATOMS: readonly string[] = [...READING_ATOMS, BASE64_ATOM];
