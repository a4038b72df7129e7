import { RE2JS } from "re2js";
import type { Expression } from "../automaton/expression.ts";
import type { Searcher } from "./expression-engine.ts";
import { type Alphabet, portableSource } from "./portable-source.ts";
import type { Subject } from "./subject.ts";

/** Longer matches make every place of a text too expensive to try. */
const BYTES_MAX = 256;

interface Programs {
  /** For the beginning of a text. */
  readonly atStart: RE2JS;
  /** For any other place, and the byte in front, which is what assertions look back at. */
  readonly behind: RE2JS;
}

/**
 * Finds a large expression with short matches, such as one of a thousand names. A search begins all of it anew with every
 * byte, which takes `re2js` longer than to try one place after the other: nearly always the first bytes tell that
 * there is no match, and what that takes is bounded by the longest one.
 */
export class BoundedSearcher implements Searcher {
  start = -1;
  end = -1;
  readonly #expression: Expression;
  readonly #longest: number;
  readonly #programs = new Map<Alphabet, Programs>();

  /** @param longest of the matches, in bytes */
  constructor(expression: Expression, longest: number) {
    this.#expression = expression;
    this.#longest = longest;
  }

  find({ latin1, isAscii }: Subject, from: number): boolean {
    if (from >= latin1.length) return false;
    const { atStart, behind } = this.#programsFor(isAscii ? "ascii" : "bytes");
    if (from === 0 && this.#matchAt(atStart, latin1, 0, 0)) return true;
    for (let at = Math.max(from, 1); at < latin1.length; at++)
      if (this.#matchAt(behind, latin1, at, at - 1)) return true;
    return false;
  }

  #matchAt(program: RE2JS, text: string, at: number, context: number): boolean {
    const window = text.slice(context, at + this.#longest + 1); // with the byte that assertions look ahead at
    if (!program.testExact(window)) return false;
    const match = program.matcher(window);
    if (!match.matches()) return false;
    this.start = at;
    this.end = context + match.end(1);
    return true;
  }

  #programsFor(alphabet: Alphabet): Programs {
    const known = this.#programs.get(alphabet);
    if (known !== undefined) return known;
    const whole = `(${portableSource(this.#expression, alphabet)})${ANY}*`;
    const made = { atStart: RE2JS.compile(whole), behind: RE2JS.compile(`${ANY}${whole}`) };
    this.#programs.set(alphabet, made);
    return made;
  }
}

const ANY = String.raw`[\x{0}-\x{ff}]`;

/** A searcher for an expression of which no match is long; undefined for others. */
export function boundedSearcher(expression: Expression): BoundedSearcher | undefined {
  const longest = longestOf(expression);
  return longest <= BYTES_MAX ? new BoundedSearcher(expression, longest) : undefined;
}

/** Bytes of the longest match. */
function longestOf(expression: Expression): number {
  switch (expression.kind) {
    case "set": {
      const highest = expression.ranges.at(-1)?.[1] ?? 0;
      return highest < 0x80 ? 1 : highest < 0x800 ? 2 : highest < 0x1_0000 ? 3 : 4;
    }
    case "assertion":
      return 0;
    case "capture":
      return longestOf(expression.of);
    case "sequence":
      return expression.parts.reduce((total, part) => total + longestOf(part), 0);
    case "choice":
      return Math.max(...expression.options.map(longestOf));
    case "repeat":
      return expression.max === 0 ? 0 : longestOf(expression.of) * expression.max;
  }
}
