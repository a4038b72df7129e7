import { byteSequencesOf } from "../automaton/byte-ranges.ts";
import type { Expression, Place } from "../automaton/expression.ts";
import type { Range } from "../automaton/ranges.ts";

/**
 * The characters of the strings that an expression is to be matched with: those of ASCII, those up to U+00FF, or the
 * bytes of any text, one character each.
 */
export type Alphabet = "ascii" | "latin1" | "bytes";

/**
 * Writes an expression anew for strings over an alphabet, in what engines agree on: every set is a class of numbers,
 * no flags but those of a line's ends. On bytes a character outside of ASCII is the sequence that UTF-8 has for it.
 */
export function portableSource(expression: Expression, alphabet: Alphabet): string {
  switch (expression.kind) {
    case "set":
      return setSource(expression.ranges, alphabet);
    case "assertion":
      return PLACES[expression.place];
    case "sequence":
      return expression.parts
        .map((part) => (part.kind === "choice" ? grouped(part, alphabet) : portableSource(part, alphabet)))
        .join("");
    case "choice":
      return expression.options.map((option) => portableSource(option, alphabet)).join("|");
    case "capture": {
      const { of } = expression;
      // On bytes only the whole match is asked for, and a group takes time.
      return alphabet === "latin1" ? `(${portableSource(of, alphabet)})` : grouped(of, alphabet);
    }
    case "repeat":
      return `${grouped(expression.of, alphabet)}${counts(expression)}`;
  }
}

const PLACES: Readonly<Record<Place, string>> = {
  text_start: String.raw`\A`,
  text_end: String.raw`\z`,
  line_start: "(?m:^)",
  line_end: "(?m:$)",
  word_edge: String.raw`\b`,
  no_word_edge: String.raw`\B`,
};

function grouped(expression: Expression, alphabet: Alphabet): string {
  return `(?:${portableSource(expression, alphabet)})`;
}

function counts({ min, max, isLazy }: Expression & { kind: "repeat" }): string {
  const lazy = isLazy ? "?" : "";
  if (max !== Number.POSITIVE_INFINITY) return `{${min},${max}}${lazy}`;
  return `${min === 0 ? "*" : min === 1 ? "+" : `{${min},}`}${lazy}`;
}

function setSource(ranges: readonly Range[], alphabet: Alphabet): string {
  if (alphabet === "ascii") return classSource(upTo(ranges, 0x7f));
  if (alphabet === "latin1") return classSource(upTo(ranges, 0xff));
  const sequences = byteSequencesOf(ranges);
  const single = sequences.filter(({ length }) => length === 1).map(([range]) => range!);
  const longer = sequences.filter(({ length }) => length > 1);
  if (longer.length === 0) return classSource(single);
  const options = longer.map((sequence) => sequence.map((range) => classSource([range])).join(""));
  return `(?:${[...(single.length === 0 ? [] : [classSource(single)]), ...options].join("|")})`;
}

function upTo(ranges: readonly Range[], highest: number): readonly Range[] {
  return ranges.filter(([from]) => from <= highest).map(([from, to]): Range => [from, Math.min(to, highest)]);
}

/** A class of nothing is written as what is left when everything is taken away. */
function classSource(ranges: readonly Range[]): string {
  if (ranges.length === 0) return String.raw`[^\x{0}-\x{10FFFF}]`;
  return `[${ranges.map(([from, to]) => (from === to ? code(from) : `${code(from)}-${code(to)}`)).join("")}]`;
}

function code(number: number): string {
  return `\\x{${number.toString(16)}}`;
}
