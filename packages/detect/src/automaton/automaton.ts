import { type Expression, parseExpression } from "./expression.ts";
import { type ByteSet, type Position, positionsOf } from "./positions.ts";

/** Memory of the table of transitions. When it is full, the automaton forgets all states and goes on. */
const TABLE_BYTES_MAX = 16 << 20;

/** States that a new automaton has room for. Ordinary logs make some hundreds. */
const FIRST_STATES = 256;

/** Not known yet. No transition leads to the state of that number. */
const UNKNOWN = 0;

/**
 * Reads every byte of every text, once, and says which of many expressions match somewhere in it: a deterministic
 * automaton whose states are made as texts need them, as RE2's are. It has what RE2's lacks: one pass tells where the
 * next match ends and which expressions match, a hit costs nothing but the hit, and memory goes as far as it is given.
 *
 * Expressions are what `parseExpression` understands; of assertions only `\A`. A text that holds NUL is read as several.
 */
export class Automaton {
  readonly #positions: readonly Position[];
  /** Bytes that no position tells apart have the same class. */
  readonly #classOf = new Uint8Array(256);
  readonly #classes: number;
  /** Of each class the first positions that match it. */
  readonly #firstOn: readonly (readonly number[])[];
  /** One byte of each class. */
  readonly #byteOf: readonly number[];

  /**
   * `[state + class]` is the next state. States are named by where their row begins; one at which an expression ends is
   * written negative.
   */
  #table = new Int32Array(0);
  /** By number of the state: its positions, ascending. */
  #sets: (readonly number[])[] = [];
  /** By number of the state: the expressions that end there. */
  #ends: (readonly number[])[] = [];
  readonly #known = new Map<string, number>();
  #start = 0;
  #statesMade = 0;

  /** In which round each position was last added to a set; more rounds than 32 bits count. */
  readonly #addedIn: Float64Array;
  #round = 0;

  /** @throws Error where an expression is not understood */
  constructor(expressions: readonly string[]) {
    this.#positions = positionsOf(expressions.map(parsed));
    const byteSets = Array.from(new Set(this.#positions.map(({ bytes }) => bytes)));
    this.#byteOf = classify(byteSets, this.#classOf);
    this.#classes = this.#byteOf.length;
    const first = this.#positions.flatMap(({ isFirst }, position) => (isFirst ? position : []));
    this.#firstOn = this.#byteOf.map((byte) =>
      first.filter((position) => this.#positions[position]!.bytes[byte] === 1),
    );
    this.#addedIn = new Float64Array(this.#positions.length);
    this.forget();
  }

  /** How many states were made since the beginning. Many for few bytes: those texts are read slowly. */
  get statesMade(): number {
    return this.#statesMade;
  }

  /** Forgets what it learnt from texts. */
  forget(): void {
    this.#table = new Int32Array((FIRST_STATES + 1) * this.#classes);
    this.#reset();
  }

  /** End (exclusive) of the match that ends first in `bytes[from, to)`, where a text begins at `from`; -1 without one. */
  firstEnd(bytes: Uint8Array, from: number, to: number): number {
    const classOf = this.#classOf;
    let table = this.#table;
    let state = this.#start;
    for (let at = from; at < to; at++) {
      const byteClass = classOf[bytes[at]!]!;
      let next = table[state + byteClass]!;
      if (next <= 0) {
        if (next === UNKNOWN) {
          next = this.#step(state, byteClass);
          table = this.#table;
        }
        if (next < 0) return at + 1;
      }
      state = next;
    }
    return -1;
  }

  /** The numbers of the expressions that match somewhere in a text, ascending. */
  matching(text: Uint8Array): readonly number[] {
    const found: number[] = [];
    const classOf = this.#classOf;
    let table = this.#table;
    let state = this.#start;
    let lastEnds: readonly number[] = [];
    for (let at = 0; at < text.length; at++) {
      const byteClass = classOf[text[at]!]!;
      let next = table[state + byteClass]!;
      if (next <= 0) {
        if (next === UNKNOWN) {
          next = this.#step(state, byteClass);
          table = this.#table;
        }
        if (next < 0) {
          next = -next;
          const ends = this.#ends[next / this.#classes]!;
          if (ends !== lastEnds) for (const number of ends) if (!found.includes(number)) found.push(number);
          lastEnds = ends;
        }
      }
      state = next;
    }
    return found.sort((a, b) => a - b);
  }

  /** Where a byte of a class leads. */
  #step(state: number, byteClass: number): number {
    const byte = this.#byteOf[byteClass]!;
    const addedIn = this.#addedIn;
    const round = ++this.#round;
    const reached: number[] = [];
    for (const position of this.#firstOn[byteClass]!) {
      addedIn[position] = round;
      reached.push(position);
    }
    for (const position of this.#sets[state / this.#classes]!) {
      for (const next of this.#positions[position]!.next) {
        if (addedIn[next] === round || this.#positions[next]!.bytes[byte] === 0) continue;
        addedIn[next] = round;
        reached.push(next);
      }
    }
    reached.sort((a, b) => a - b);
    const name = reached.join();
    const known = this.#known.get(name);
    if (known !== undefined) {
      this.#table[state + byteClass] = known;
      return known;
    }
    if (this.#isFull()) {
      this.#reset();
      return this.#known.get(name) ?? this.#add(reached, name);
    }
    const made = this.#add(reached, name);
    this.#table[state + byteClass] = made;
    return made;
  }

  #isFull(): boolean {
    return (this.#sets.length + 1) * this.#classes * Int32Array.BYTES_PER_ELEMENT > TABLE_BYTES_MAX;
  }

  #reset(): void {
    this.#table.fill(UNKNOWN);
    this.#sets = [[]];
    this.#ends = [[]];
    this.#known.clear();
    const nothing = this.#add([], "");
    this.#start = Math.abs(this.#step(nothing, this.#classOf[0]!));
  }

  /** A new state, negative where an expression ends. */
  #add(set: readonly number[], name: string): number {
    this.#statesMade++;
    const row = this.#sets.push(set) - 1;
    const ends = Array.from(new Set(set.flatMap((position) => this.#positions[position]!.ends)));
    this.#ends.push(ends);
    const state = row * this.#classes;
    if (state + this.#classes > this.#table.length) {
      const larger = new Int32Array(this.#table.length * 2);
      larger.set(this.#table);
      this.#table = larger;
    }
    const written = ends.length === 0 ? state : -state;
    this.#known.set(name, written);
    return written;
  }
}

function parsed(source: string): Expression {
  const expression = parseExpression(source);
  if (expression === undefined) throw new Error("an expression is not one that an automaton is built from");
  return expression;
}

/** Gives each byte its class. Returns one byte of each. */
function classify(byteSets: readonly ByteSet[], classOf: Uint8Array): readonly number[] {
  const classes = new Map<string, number>();
  const byteOf: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    const name = byteSets.map((bytes) => bytes[byte]).join("");
    let number = classes.get(name);
    if (number === undefined) {
      number = classes.size;
      classes.set(name, number);
      byteOf.push(byte);
    }
    classOf[byte] = number;
  }
  return byteOf;
}
