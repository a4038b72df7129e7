/** Code points, both ends included. */
export type Range = readonly [from: number, to: number];

/** An RE2 expression as far as the rules for detectors need to understand it. */
export type Expression =
  | { readonly kind: "set"; readonly ranges: readonly Range[]; readonly fold: boolean }
  | { readonly kind: "assertion"; readonly isBeginning: boolean }
  | { readonly kind: "sequence"; readonly parts: readonly Expression[] }
  | { readonly kind: "choice"; readonly options: readonly Expression[] }
  | { readonly kind: "capture"; readonly of: Expression }
  | { readonly kind: "repeat"; readonly of: Expression; readonly min: number; readonly max: number };

const CODE_POINT_MAX = 0x10_ffff;

const ESCAPED_SETS: Readonly<Record<string, readonly Range[]>> = {
  d: [[0x30, 0x39]],
  w: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ],
  s: [
    [0x09, 0x0a],
    [0x0c, 0x0d],
    [0x20, 0x20],
  ],
};

const ESCAPED_CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Deeper nesting is no detector; the limit keeps the parser's own stack safe. */
const DEPTH_MAX = 50;

/**
 * Parses RE2 syntax without `\p`, `\C`, `\Q`, named POSIX classes and flags other than `i` and `s`. Undefined for
 * those and for anything malformed: RE2 itself has the last word on what is valid.
 */
export function parseExpression(source: string): Expression | undefined {
  try {
    return new Parser(source).parse();
  } catch (error) {
    if (error === UNSUPPORTED) return undefined;
    throw error;
  }
}

const UNSUPPORTED = new Error("expression outside of what the rules for detectors understand");

class Parser {
  readonly #source: string;
  #pos = 0;
  #depth = 0;
  #fold = false;
  #dotAll = false;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Expression {
    const expression = this.#choice();
    if (this.#pos < this.#source.length) throw UNSUPPORTED;
    return expression;
  }

  #choice(): Expression {
    const [fold, dotAll] = [this.#fold, this.#dotAll];
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    [this.#fold, this.#dotAll] = [fold, dotAll]; // flags end with the group they were set in
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  #sequence(): Expression {
    const parts: Expression[] = [];
    while (this.#pos < this.#source.length && !this.#sees("|") && !this.#sees(")")) {
      const part = this.#single();
      if (part !== undefined) parts.push(this.#repeated(part));
    }
    return { kind: "sequence", parts };
  }

  #single(): Expression | undefined {
    if (this.#take("(")) return this.#group();
    if (this.#take("[")) return this.#class();
    if (this.#take("\\")) return this.#escape();
    if (this.#take("^")) return { kind: "assertion", isBeginning: true };
    if (this.#take("$")) return { kind: "assertion", isBeginning: false };
    if (this.#take("."))
      return this.#set(this.#dotAll ? [[0, CODE_POINT_MAX]] : complement([[10, 10]]), false);
    if ("*+?".includes(this.#source[this.#pos]!)) throw UNSUPPORTED;
    const code = this.#codePoint();
    return this.#set([[code, code]]);
  }

  #group(): Expression | undefined {
    if (++this.#depth > DEPTH_MAX) throw UNSUPPORTED;
    let isCapture = true;
    let outer: readonly [boolean, boolean] | undefined;
    if (this.#take("?")) {
      if (this.#take("P<") || this.#take("<")) {
        while (!this.#take(">")) this.#codePoint();
      } else {
        isCapture = false;
        outer = [this.#fold, this.#dotAll];
        this.#flags();
        if (this.#take(")")) {
          this.#depth--;
          return undefined; // (?i) holds for the rest of the enclosing group
        }
        if (!this.#take(":")) throw UNSUPPORTED;
      }
    }
    const of = this.#choice();
    if (!this.#take(")")) throw UNSUPPORTED;
    if (outer !== undefined) [this.#fold, this.#dotAll] = outer;
    this.#depth--;
    return isCapture ? { kind: "capture", of } : of;
  }

  #flags(): void {
    let value = true;
    for (;;) {
      if (this.#take("-")) value = false;
      else if (this.#take("i")) this.#fold = value;
      else if (this.#take("s")) this.#dotAll = value;
      else return;
    }
  }

  #repeated(of: Expression): Expression {
    let min = 1;
    let max = 1;
    if (this.#take("*")) [min, max] = [0, Number.POSITIVE_INFINITY];
    else if (this.#take("+")) max = Number.POSITIVE_INFINITY;
    else if (this.#take("?")) min = 0;
    else if (this.#sees("{")) [min, max] = this.#counts();
    else return of;
    this.#take("?"); // lazy: matches the same texts
    return { kind: "repeat", of, min, max };
  }

  #counts(): readonly [min: number, max: number] {
    this.#take("{");
    const min = this.#number(10);
    const max = this.#take(",") ? (this.#sees("}") ? Number.POSITIVE_INFINITY : this.#number(10)) : min;
    if (!this.#take("}") || min > max) throw UNSUPPORTED;
    return [min, max];
  }

  #escape(): Expression {
    const letter = this.#source[this.#pos];
    if (letter === undefined) throw UNSUPPORTED;
    const set = this.#escapedSet();
    if (set !== undefined) return this.#set(set, false);
    if ("bBAz".includes(letter)) {
      this.#pos++;
      return { kind: "assertion", isBeginning: letter === "A" };
    }
    const code = this.#escapedCode();
    return this.#set([[code, code]]);
  }

  #escapedSet(): readonly Range[] | undefined {
    const letter = this.#source[this.#pos]!;
    const set = ESCAPED_SETS[letter.toLowerCase()];
    if (set === undefined) return undefined;
    this.#pos++;
    return letter in ESCAPED_SETS ? set : complement(set);
  }

  #escapedCode(): number {
    const letter = this.#source[this.#pos]!;
    if (this.#take("x")) {
      if (!this.#take("{")) return this.#number(16, 2);
      const code = this.#number(16);
      if (!this.#take("}")) throw UNSUPPORTED;
      return code;
    }
    const control = ESCAPED_CONTROLS[letter];
    if (control !== undefined) {
      this.#pos++;
      return control;
    }
    if (/[0-9A-Za-z]/.test(letter)) throw UNSUPPORTED;
    return this.#codePoint();
  }

  #class(): Expression {
    const isNegated = this.#take("^");
    const ranges: Range[] = [];
    for (let isFirst = true; isFirst || !this.#sees("]"); isFirst = false) {
      if (this.#sees("[:")) throw UNSUPPORTED;
      const set = this.#sees("\\") && /[dwsDWS]/.test(this.#source[this.#pos + 1] ?? "");
      if (set) {
        this.#pos++;
        ranges.push(...this.#escapedSet()!);
        continue;
      }
      const from = this.#classCode();
      const isRange = this.#sees("-") && this.#source[this.#pos + 1] !== "]";
      if (isRange) this.#pos++;
      ranges.push([from, isRange ? this.#classCode() : from]);
    }
    this.#pos++;
    const folded = isNegated && this.#fold ? foldAscii(ranges) : ranges;
    return this.#set(isNegated ? complement(folded) : ranges, this.#fold && !isNegated);
  }

  #classCode(): number {
    return this.#take("\\") ? this.#escapedCode() : this.#codePoint();
  }

  #set(ranges: readonly Range[], fold = this.#fold): Expression {
    return { kind: "set", ranges, fold };
  }

  #number(radix: number, length = Number.POSITIVE_INFINITY): number {
    const digits = radix === 10 ? /[0-9]/ : /[0-9A-Fa-f]/;
    const start = this.#pos;
    while (this.#pos - start < length && digits.test(this.#source[this.#pos] ?? "")) this.#pos++;
    const value = Number.parseInt(this.#source.slice(start, this.#pos), radix);
    if (!(value <= CODE_POINT_MAX)) throw UNSUPPORTED;
    return value;
  }

  #codePoint(): number {
    const code = this.#source.codePointAt(this.#pos);
    if (code === undefined) throw UNSUPPORTED;
    this.#pos += code > 0xffff ? 2 : 1;
    return code;
  }

  #sees(text: string): boolean {
    return this.#source.startsWith(text, this.#pos);
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#pos += text.length;
    return true;
  }
}

/** The code points outside of the ranges. */
function complement(ranges: readonly Range[]): readonly Range[] {
  const gaps: Range[] = [];
  let next = 0;
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (from > next) gaps.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= CODE_POINT_MAX) gaps.push([next, CODE_POINT_MAX]);
  return gaps;
}

/** The ranges, and the other case of every ASCII letter in them. */
function foldAscii(ranges: readonly Range[]): readonly Range[] {
  const both: Range[] = [...ranges];
  for (let code = 0x41; code <= 0x5a; code++) {
    if (includes(ranges, code) || includes(ranges, code + 0x20))
      both.push([code, code], [code + 0x20, code + 0x20]);
  }
  return both;
}

function includes(ranges: readonly Range[], code: number): boolean {
  return ranges.some(([from, to]) => from <= code && code <= to);
}

/** True when the set matches this code point; ASCII letters match in either case where it folds. */
export function setMatches(set: Expression & { kind: "set" }, code: number): boolean {
  if (includes(set.ranges, code)) return true;
  const folded = code | 0x20;
  return set.fold && folded >= 0x61 && folded <= 0x7a && includes(set.ranges, code ^ 0x20);
}
