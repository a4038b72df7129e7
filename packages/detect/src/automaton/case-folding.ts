import { isInRanges, joinRanges, type Range } from "./ranges.ts";

/** Letters of ASCII that Unicode folds together with one outside of it: the Kelvin sign and the long s. */
const KELVIN_SIGN = 0x212a;
const LONG_S = 0x17f;

const ASCII_MAX = 0x7f;

/** Characters that fold together though neither is the other's upper or lower case. */
const TWINS: readonly (readonly number[])[] = [
  [0x390, 0x1fd3],
  [0x3b0, 0x1fe3],
  [0xfb05, 0xfb06],
];

/** Characters that came with Unicode 16 and 17. RE2's tables are older, and those of Node may be as new. */
const TOO_NEW: readonly Range[] = [
  [0x1c89, 0x1c8a],
  [0xa7cb, 0xa7cf],
  [0xa7d2, 0xa7d5],
  [0xa7da, 0xa7dc],
  [0x10d50, 0x10d85],
  [0x16ea0, 0x16ed3],
];

/** No character above this one has another case (Unicode 17: U+1E943 is the last one). */
const CASED_MAX = 0x1_ffff;

/**
 * The ranges and every character that differs from one of theirs in nothing but case, as RE2 has it: by the simple
 * case folding of Unicode.
 */
export function foldCase(ranges: readonly Range[]): readonly Range[] {
  const folded: Range[] = [...ranges];
  for (let upper = 0x41; upper <= 0x5a; upper++) {
    const beyond = beyondAscii(upper);
    const isIn =
      isInRanges(ranges, upper) ||
      isInRanges(ranges, upper | 0x20) ||
      (beyond !== undefined && isInRanges(ranges, beyond));
    if (!isIn) continue;
    folded.push([upper, upper], [upper | 0x20, upper | 0x20]);
    if (beyond !== undefined) folded.push([beyond, beyond]);
  }
  if (ranges.some(([, to]) => to > ASCII_MAX)) {
    for (const orbit of orbits())
      if (orbit.some((code) => isInRanges(ranges, code))) for (const code of orbit) folded.push([code, code]);
  }
  return joinRanges(folded);
}

function beyondAscii(upper: number): number | undefined {
  if (upper === 0x4b) return KELVIN_SIGN;
  return upper === 0x53 ? LONG_S : undefined;
}

let known: readonly (readonly number[])[] | undefined;

/** The characters outside of ASCII that fold together. Made when a detector first needs one: few do. */
function orbits(): readonly (readonly number[])[] {
  known ??= makeOrbits();
  return known;
}

function makeOrbits(): readonly (readonly number[])[] {
  const orbitOf = new Map<number, Set<number>>();
  for (let code = ASCII_MAX + 1; code <= CASED_MAX; code++) {
    const character = String.fromCodePoint(code);
    for (const other of [character.toLowerCase(), character.toUpperCase()]) {
      if (other === character || !foldTogether(character, other)) continue;
      const joined = union(orbitOf, code, other.codePointAt(0)!);
      for (const member of joined) orbitOf.set(member, joined);
    }
  }
  return [...TWINS, ...Array.from(new Set(orbitOf.values()), (orbit) => Array.from(orbit))];
}

function union(orbitOf: ReadonlyMap<number, Set<number>>, one: number, other: number): Set<number> {
  return new Set([...(orbitOf.get(one) ?? [one]), ...(orbitOf.get(other) ?? [other])]);
}

/** Upper case of a character may be several characters, or one that folds to itself: the dotless i. */
function foldTogether(one: string, other: string): boolean {
  const isNew = [one, other].some((character) => isInRanges(TOO_NEW, character.codePointAt(0)!));
  const isOne = String.fromCodePoint(other.codePointAt(0)!) === other;
  return isOne && !isNew && new RegExp(`^${one}$`, "iu").test(other);
}
