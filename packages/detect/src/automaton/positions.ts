import { type ByteRange, byteSequencesOf } from "./byte-ranges.ts";
import type { Expression } from "./expression.ts";

/** Which bytes a position matches, by byte: 1 or 0. */
export type ByteSet = Uint8Array;

/** One place of an expression that matches one byte. */
export interface Position {
  readonly bytes: ByteSet;
  /** Indexes of the positions that may match the next byte. */
  readonly next: readonly number[];
  /** Numbers of the expressions of which a match ends here. */
  readonly ends: readonly number[];
  /** A match may begin here. */
  readonly isFirst: boolean;
}

/**
 * The places of several expressions and which may follow which (Glushkov's construction), over the bytes of UTF-8. What
 * expressions begin with in common is there once, or every byte of a text would be compared with each of them.
 *
 * The only assertion is `\A`: a text begins behind a NUL, as texts are separated.
 *
 * @throws Error where there is another assertion
 */
export function positionsOf(expressions: readonly Expression[]): readonly Position[] {
  const builder = new Builder();
  for (const [number, expression] of expressions.entries()) builder.add(expression, number);
  return merged(builder.positions);
}

interface MutablePosition {
  readonly bytes: ByteSet;
  readonly next: number[];
  readonly ends: number[];
  isFirst: boolean;
}

interface Fragment {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isNullable: boolean;
}

const EMPTY: Fragment = { first: [], last: [], isNullable: true };

/** The byte in front of a text. */
const BEGINNING: Expression & { kind: "set" } = { kind: "set", ranges: [[0, 0]] };

/** Numbers positions from the left to the right, so that only a repeat leads back. */
class Builder {
  readonly positions: MutablePosition[] = [];
  readonly #byteSets = new Map<string, ByteSet>();
  /** Sequences of sets that occurred already. */
  readonly #sequences = new Map<string, readonly (readonly ByteSet[])[]>();

  add(expression: Expression, number: number): void {
    const { first, last } = this.#build(expression);
    for (const position of first) this.positions[position]!.isFirst = true;
    for (const position of last) this.positions[position]!.ends.push(number);
  }

  #build(expression: Expression): Fragment {
    switch (expression.kind) {
      case "set":
        return this.#set(expression);
      case "assertion":
        if (expression.place !== "text_start") throw new Error("an automaton knows no assertion but \\A");
        return this.#set(BEGINNING);
      case "capture":
        return this.#build(expression.of);
      case "sequence":
        return expression.parts.reduce<Fragment>(
          (before, part) => this.#join(before, this.#build(part)),
          EMPTY,
        );
      case "choice":
        return either(expression.options.map((option) => this.#build(option)));
      case "repeat":
        return this.#repeat(expression);
    }
  }

  #set(set: Expression & { kind: "set" }): Fragment {
    const first: number[] = [];
    const last: number[] = [];
    for (const sequence of this.#sequencesOf(set)) {
      for (const [i, bytes] of sequence.entries()) {
        const position = this.positions.push({ bytes, next: [], ends: [], isFirst: false }) - 1;
        if (i === 0) first.push(position);
        else this.positions[position - 1]!.next.push(position);
        if (i === sequence.length - 1) last.push(position);
      }
    }
    return { first, last, isNullable: false };
  }

  /** Sequences of one byte are made one set. */
  #sequencesOf(set: Expression & { kind: "set" }): readonly (readonly ByteSet[])[] {
    const name = set.ranges.join(" ");
    const known = this.#sequences.get(name);
    if (known !== undefined) return known;
    const sequences = byteSequencesOf(set.ranges);
    const single = sequences.filter(({ length }) => length === 1).map(([range]) => range!);
    const longer = sequences.filter(({ length }) => length > 1);
    const made = [
      ...(single.length === 0 ? [] : [[this.#byteSet(single)]]),
      ...longer.map((sequence) => sequence.map((range) => this.#byteSet([range]))),
    ];
    this.#sequences.set(name, made);
    return made;
  }

  #byteSet(ranges: readonly ByteRange[]): ByteSet {
    const name = ranges.join(" ");
    const known = this.#byteSets.get(name);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(256);
    for (const [from, to] of ranges) bytes.fill(1, from, to + 1);
    this.#byteSets.set(name, bytes);
    return bytes;
  }

  #repeat({ of, min, max }: Expression & { kind: "repeat" }): Fragment {
    const isEndless = max === Number.POSITIVE_INFINITY;
    const copies = isEndless ? Math.max(min, 1) : max;
    let whole = EMPTY;
    for (let i = 0; i < copies; i++) {
      const copy = this.#build(of);
      if (isEndless && i === copies - 1) this.#connect(copy.last, copy.first);
      whole = this.#join(whole, i < min ? copy : { ...copy, isNullable: true });
    }
    return whole;
  }

  #join(left: Fragment, right: Fragment): Fragment {
    this.#connect(left.last, right.first);
    return {
      first: left.isNullable ? [...left.first, ...right.first] : left.first,
      last: right.isNullable ? [...left.last, ...right.last] : right.last,
      isNullable: left.isNullable && right.isNullable,
    };
  }

  #connect(from: readonly number[], to: readonly number[]): void {
    for (const position of from) this.positions[position]!.next.push(...to);
  }
}

function either(fragments: readonly Fragment[]): Fragment {
  return {
    first: fragments.flatMap(({ first }) => first),
    last: fragments.flatMap(({ last }) => last),
    isNullable: fragments.some(({ isNullable }) => isNullable),
  };
}

/** One position for those that match the same bytes behind the same positions: where one is reached, all are. */
function merged(positions: readonly MutablePosition[]): readonly Position[] {
  const numberOf = new Map<ByteSet, number>();
  const before = previousOf(positions);
  const same = new Map<string, number>();
  const result: MutablePosition[] = [];
  const mergedInto: number[] = [];
  for (const [position, { bytes, ends, isFirst }] of positions.entries()) {
    if (!numberOf.has(bytes)) numberOf.set(bytes, numberOf.size);
    const behind = before[position]!.map((previous) => mergedInto[previous] ?? `later ${previous}`);
    const name = `${numberOf.get(bytes)} ${isFirst} ${Array.from(new Set(behind)).sort().join()}`;
    let target = same.get(name);
    if (target === undefined) {
      target = result.push({ bytes, next: [], ends: [], isFirst }) - 1;
      same.set(name, target);
    }
    mergedInto.push(target);
    result[target]!.ends.push(...ends);
  }
  for (const [position, { next }] of positions.entries())
    for (const following of next) result[mergedInto[position]!]!.next.push(mergedInto[following]!);
  return result.map(({ next, ends, ...rest }) => ({ ...rest, next: distinct(next), ends: distinct(ends) }));
}

function previousOf(positions: readonly MutablePosition[]): readonly (readonly number[])[] {
  const previous: number[][] = positions.map(() => []);
  for (const [position, { next }] of positions.entries())
    for (const following of next) previous[following]!.push(position);
  return previous;
}

function distinct(numbers: readonly number[]): readonly number[] {
  return numbers.length < 2 ? numbers : Array.from(new Set(numbers));
}
