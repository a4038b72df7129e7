import type { Expression } from "../automaton/expression.ts";
import { isInRanges, type Range } from "../automaton/ranges.ts";
import { pick, type Random } from "./random.ts";

/** Turns that a repeat without an end takes beyond its least. */
const EXTRA_TURNS = 4;

/** A text that the expression matches, but for its assertions, which are taken to hold. */
export function sampleOf(expression: Expression, random: Random): string {
  switch (expression.kind) {
    case "set":
      return sampleOfSet(expression, random);
    case "assertion":
      return "";
    case "sequence":
      return expression.parts.map((part) => sampleOf(part, random)).join("");
    case "choice":
      return sampleOf(pick(random, expression.options), random);
    case "capture":
      return sampleOf(expression.of, random);
    case "repeat": {
      const { of, min, max } = expression;
      const turns = min + random(Math.min(max - min, EXTRA_TURNS) + 1);
      let text = "";
      for (let i = 0; i < turns; i++) text += sampleOf(of, random);
      return text;
    }
  }
}

function sampleOfSet(set: Expression & { kind: "set" }, random: Random): string {
  const ascii = asciiOf(set);
  if (ascii.length > 0) return pick(random, ascii);
  const [from]: Range = set.ranges[0]!;
  return String.fromCodePoint(from);
}

/** The printable ASCII characters of a set, as strings of one character. */
function asciiOf(set: Expression & { kind: "set" }): readonly string[] {
  const characters: string[] = [];
  for (let code = 0x20; code < 0x7f; code++)
    if (isInRanges(set.ranges, code)) characters.push(String.fromCharCode(code));
  return characters;
}
