import { foldCase } from "./case-folding.ts";
import { CODE_POINT_MAX, complementOf, joinRanges, type Range } from "./ranges.ts";

/** A place that an assertion asks for. */
export type Place = "text_start" | "text_end" | "line_start" | "line_end" | "word_edge" | "no_word_edge";

/** An RE2 expression, taken apart. */
export type Expression =
  /** One character. Ascending ranges of which none touches the next; with both cases where case doesn't count. */
  | { readonly kind: "set"; readonly ranges: readonly Range[] }
  | { readonly kind: "assertion"; readonly place: Place }
  | { readonly kind: "sequence"; readonly parts: readonly Expression[] }
  | { readonly kind: "choice"; readonly options: readonly Expression[] }
  | { readonly kind: "capture"; readonly of: Expression }
  | {
      readonly kind: "repeat";
      readonly of: Expression;
      readonly min: number;
      readonly max: number;
      /** The fewest are tried first. */
      readonly isLazy: boolean;
    };

const DIGITS: readonly Range[] = [[0x30, 0x39]];
const UPPER: Range = [0x41, 0x5a];
const LOWER: Range = [0x61, 0x7a];
const WORD: readonly Range[] = [...DIGITS, UPPER, [0x5f, 0x5f], LOWER];

const ESCAPED_SETS: Readonly<Record<string, readonly Range[]>> = {
  d: DIGITS,
  w: WORD,
  s: [
    [0x09, 0x0a],
    [0x0c, 0x0d],
    [0x20, 0x20],
  ],
};

/** What `[[:name:]]` stands for. */
const NAMED_SETS: Readonly<Record<string, readonly Range[]>> = {
  alnum: [...DIGITS, UPPER, LOWER],
  alpha: [UPPER, LOWER],
  ascii: [[0, 0x7f]],
  blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  cntrl: [
    [0, 0x1f],
    [0x7f, 0x7f],
  ],
  digit: DIGITS,
  graph: [[0x21, 0x7e]],
  lower: [LOWER],
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  upper: [UPPER],
  word: WORD,
  xdigit: [...DIGITS, [0x41, 0x46], [0x61, 0x66]],
};

const NAMED_SET = /^\[:(\^?)([a-z]+):\]/;

const ESCAPED_PLACES: Readonly<Record<string, Place>> = {
  A: "text_start",
  z: "text_end",
  b: "word_edge",
  B: "no_word_edge",
};

const ESCAPED_CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

const SURROGATES: Range = [0xd800, 0xdfff];

/** Deeper nesting is no detector; the limit keeps the parser's own stack safe. */
const DEPTH_MAX = 50;

/** How often RE2 repeats something, repeats in repeats multiplied. */
const REPEATS_MAX = 1000;

const COUNTS = /^\{(\d+)(?:(,)(\d*))?\}/;

/**
 * Parses RE2 syntax without `\p`, `\C`, `\Q`, octal numbers and the flag `U`. Undefined for those and for anything
 * malformed: what this understands, RE2 does, and as RE2 does.
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

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
}

class Parser {
  readonly #source: string;
  readonly #names = new Set<string>();
  #pos = 0;
  #depth = 0;
  #flags: Flags = { ignoreCase: false, dotAll: false, multiline: false };

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Expression {
    const expression = this.#choice();
    if (this.#pos < this.#source.length || repeatsLeft(expression, REPEATS_MAX) < 1) throw UNSUPPORTED;
    return expression;
  }

  #choice(): Expression {
    const outer = this.#flags;
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    this.#flags = outer; // flags end with the group they were set in
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  #sequence(): Expression {
    const parts: Expression[] = [];
    while (this.#pos < this.#source.length && !this.#sees("|") && !this.#sees(")")) {
      const part = this.#single();
      if (part !== undefined) parts.push(this.#repeated(part));
      else if (this.#isRepeat()) throw UNSUPPORTED;
    }
    return { kind: "sequence", parts };
  }

  #single(): Expression | undefined {
    if (this.#take("(")) return this.#group();
    if (this.#take("[")) return this.#class();
    if (this.#take("\\")) return this.#escape();
    if (this.#take("^")) return assertion(this.#flags.multiline ? "line_start" : "text_start");
    if (this.#take("$")) return assertion(this.#flags.multiline ? "line_end" : "text_end");
    if (this.#take(".")) return set(this.#flags.dotAll ? [[0, CODE_POINT_MAX]] : complementOf([[10, 10]]));
    if (this.#isRepeat()) throw UNSUPPORTED;
    return this.#folded([this.#one(this.#codePoint())]);
  }

  #group(): Expression | undefined {
    if (++this.#depth > DEPTH_MAX) throw UNSUPPORTED;
    let isCapture = true;
    const outer = this.#flags;
    if (this.#take("?")) {
      if (this.#take("P<") || this.#take("<")) {
        this.#name();
      } else {
        isCapture = false;
        this.#setFlags();
        if (this.#take(")")) {
          this.#depth--;
          return undefined; // (?i) holds for the rest of the enclosing group
        }
        if (!this.#take(":")) throw UNSUPPORTED;
      }
    }
    const of = this.#choice();
    if (!this.#take(")")) throw UNSUPPORTED;
    this.#flags = outer;
    this.#depth--;
    return isCapture ? { kind: "capture", of } : of;
  }

  #name(): void {
    const name = this.#match(/^[A-Za-z_][0-9A-Za-z_]*(?=>)/)?.[0];
    if (name === undefined || this.#names.has(name)) throw UNSUPPORTED;
    this.#names.add(name);
    this.#take(">");
  }

  #setFlags(): void {
    const written = this.#match(/^[ims]*(?:-[ims]+)?(?=[:)])/)?.[0];
    if (written === undefined || (written === "" && this.#sees(")"))) throw UNSUPPORTED;
    const [on = "", off = ""] = written.split("-");
    const flag = (letter: string, current: boolean) =>
      !off.includes(letter) && (current || on.includes(letter));
    const { ignoreCase, dotAll, multiline } = this.#flags;
    this.#flags = {
      ignoreCase: flag("i", ignoreCase),
      dotAll: flag("s", dotAll),
      multiline: flag("m", multiline),
    };
  }

  #isRepeat(): boolean {
    const next = this.#source[this.#pos];
    if (next === undefined) return false;
    return "*+?".includes(next) || (next === "{" && COUNTS.test(this.#source.slice(this.#pos)));
  }

  #repeated(of: Expression): Expression {
    if (!this.#isRepeat()) return of;
    const [min, max] = this.#counts();
    const isLazy = this.#take("?");
    if (this.#isRepeat()) throw UNSUPPORTED;
    return { kind: "repeat", of, min, max, isLazy };
  }

  #counts(): readonly [min: number, max: number] {
    if (this.#take("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#take("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#take("?")) return [0, 1];
    const [, least, comma, most] = this.#match(COUNTS)!;
    const min = Number(least);
    const max = comma === undefined ? min : most === "" ? Number.POSITIVE_INFINITY : Number(most);
    if (min > max || min > REPEATS_MAX || (max > REPEATS_MAX && most !== "")) throw UNSUPPORTED;
    return [min, max];
  }

  #escape(): Expression {
    const letter = this.#source[this.#pos];
    if (letter === undefined) throw UNSUPPORTED;
    const ranges = this.#escapedSet();
    if (ranges !== undefined) return set(ranges);
    const place = ESCAPED_PLACES[letter];
    if (place === undefined) return this.#folded([this.#one(this.#escapedCode())]);
    this.#pos++;
    return assertion(place);
  }

  #escapedSet(): readonly Range[] | undefined {
    const letter = this.#source[this.#pos]!;
    const ranges = ESCAPED_SETS[letter.toLowerCase()];
    if (ranges === undefined) return undefined;
    this.#pos++;
    return this.#knownSet(ranges, !(letter in ESCAPED_SETS));
  }

  /** Case is folded before a set is turned around, and not after. */
  #knownSet(ranges: readonly Range[], isNegated: boolean): readonly Range[] {
    const folded = this.#flags.ignoreCase ? foldCase(ranges) : joinRanges(ranges);
    return isNegated ? complementOf(folded) : folded;
  }

  #escapedCode(): number {
    const letter = this.#source[this.#pos]!;
    if (this.#take("x")) {
      const digits = this.#match(/^\{([0-9A-Fa-f]+)\}/)?.[1] ?? this.#match(/^[0-9A-Fa-f]{2}/)?.[0] ?? "";
      const code = Number.parseInt(digits, 16);
      if (!(code <= CODE_POINT_MAX)) throw UNSUPPORTED;
      return code;
    }
    const control = ESCAPED_CONTROLS[letter];
    if (control !== undefined) {
      this.#pos++;
      return control;
    }
    if (/[0-9A-Za-z\x80-\u{10ffff}]/u.test(letter)) throw UNSUPPORTED;
    return this.#codePoint();
  }

  #class(): Expression {
    const isNegated = this.#take("^");
    const ranges: Range[] = [];
    for (let isFirst = true; isFirst || !this.#sees("]"); isFirst = false)
      ranges.push(...(this.#setInClass() ?? this.#rangeInClass()));
    this.#pos++;
    const joined = joinRanges(ranges);
    return set(isNegated ? complementOf(joined) : joined);
  }

  #setInClass(): readonly Range[] | undefined {
    if (this.#sees("[:")) {
      const [, negation, name] = this.#match(NAMED_SET) ?? [];
      const ranges = NAMED_SETS[name ?? ""];
      if (ranges === undefined) throw UNSUPPORTED;
      return this.#knownSet(ranges, negation !== "");
    }
    if (!this.#sees("\\") || !/[dwsDWS]/.test(this.#source[this.#pos + 1] ?? "")) return undefined;
    this.#pos++;
    return this.#escapedSet();
  }

  #rangeInClass(): readonly Range[] {
    const from = this.#classCode();
    const isRange = this.#sees("-") && this.#source[this.#pos + 1] !== "]";
    if (isRange) this.#pos++;
    const to = isRange ? this.#classCode() : from;
    if (from > to) throw UNSUPPORTED;
    return this.#flags.ignoreCase ? foldCase([[from, to]]) : [[from, to]];
  }

  #classCode(): number {
    if (!this.#take("\\")) return this.#codePoint();
    if (this.#pos === this.#source.length) throw UNSUPPORTED;
    return this.#escapedCode();
  }

  #folded(ranges: readonly Range[]): Expression {
    return set(this.#flags.ignoreCase ? foldCase(ranges) : ranges);
  }

  #one(code: number): Range {
    return [code, code];
  }

  #codePoint(): number {
    const code = this.#source.codePointAt(this.#pos);
    if (code === undefined || (SURROGATES[0] <= code && code <= SURROGATES[1])) throw UNSUPPORTED;
    this.#pos += code > 0xffff ? 2 : 1;
    return code;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    const match = pattern.exec(this.#source.slice(this.#pos));
    if (match === null) return undefined;
    this.#pos += match[0].length;
    return match;
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

function set(ranges: readonly Range[]): Expression {
  return { kind: "set", ranges };
}

function assertion(place: Place): Expression {
  return { kind: "assertion", place };
}

/** What is left of so many repeats once those of the expression are divided by; 0 when there are too many. */
function repeatsLeft(expression: Expression, repeats: number): number {
  switch (expression.kind) {
    case "set":
    case "assertion":
      return repeats;
    case "capture":
      return repeatsLeft(expression.of, repeats);
    case "sequence":
      return Math.min(repeats, ...expression.parts.map((part) => repeatsLeft(part, repeats)));
    case "choice":
      return Math.min(...expression.options.map((option) => repeatsLeft(option, repeats)));
    case "repeat": {
      const turns = expression.max === Number.POSITIVE_INFINITY ? expression.min : expression.max;
      return repeatsLeft(expression.of, Math.floor(repeats / Math.max(turns, 1)));
    }
  }
}
