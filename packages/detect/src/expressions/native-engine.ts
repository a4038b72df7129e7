import { createRequire as requireFrom } from "node:module"; // many a bundle begins with another `createRequire`
import type RE2 from "re2";
import type { ExpressionEngine, Matcher, Searcher } from "./expression-engine.ts";
import type { Subject } from "./subject.ts";

type Constructor = typeof RE2;

/**
 * The engine of the native add-on `re2`.
 *
 * @throws where it isn't installed, was not compiled, or is for another platform
 */
export function loadNativeEngine(): ExpressionEngine {
  const Expression = loadAddOn();
  return {
    name: "re2",
    searcher: (source) => new NativeSearcher(new Expression(source, "g")),
    matcher: (source) => new NativeMatcher(new Expression(source, "g")),
  };
}

/** Not by `import`, which would end the program where there is none, nor by a `require` that bundlers look for. */
function loadAddOn(): Constructor {
  // Bundled as CommonJS there is no URL of the module, and `__filename` is that of the bundle.
  const from = typeof __filename === "string" ? __filename : import.meta.url;
  const Expression = requireFrom(from)("re2") as Constructor;
  if (!new Expression("a").test(Buffer.from("a"))) throw new Error("the add-on re2 doesn't match");
  return Expression;
}

/**
 * `exec` would say where a pattern matches, too, and make an array and copies of what matched, which takes four times
 * as long as a search for the beginning and a test for the end.
 */
class NativeSearcher implements Searcher {
  start = -1;
  end = -1;
  readonly #pattern: RE2;

  /** @param pattern has the flag `g` and matches no empty text */
  constructor(pattern: RE2) {
    this.#pattern = pattern;
  }

  find({ bytes }: Subject, from: number): boolean {
    const pattern = this.#pattern;
    if (from >= bytes.length) return false;
    const context = from === 0 ? 0 : from - 1; // one byte is what assertions look back at
    const at = pattern.search(bytes.subarray(context) as unknown as string);
    if (at < 0) return false;
    if (context + at < from) return this.#execute(bytes, from);
    this.start = context + at;
    pattern.lastIndex = this.start;
    if (!pattern.test(bytes)) return false;
    this.end = pattern.lastIndex;
    return true;
  }

  /** A match at the byte before `from`, or one that takes it for the beginning, says nothing about those behind it. */
  #execute(bytes: Buffer, from: number): boolean {
    this.#pattern.lastIndex = from;
    const match = this.#pattern.exec(bytes);
    if (match === null) return false;
    this.start = match.index;
    this.end = match.index + match[0].length;
    return true;
  }
}

class NativeMatcher implements Matcher {
  readonly #pattern: RE2;

  /** @param pattern has the flag `g` and begins with `^` */
  constructor(pattern: RE2) {
    this.#pattern = pattern;
  }

  endIn(text: string): number {
    this.#pattern.lastIndex = 0;
    return this.#pattern.test(text) ? this.#pattern.lastIndex : -1;
  }

  groupsIn(text: string): readonly (string | undefined)[] | undefined {
    this.#pattern.lastIndex = 0;
    return this.#pattern.exec(text)?.slice(1);
  }
}
