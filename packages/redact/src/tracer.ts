import type { Finding } from "@scrim/detect";
import type { Action, Decision } from "@scrim/policy";
import type { KeyEntry } from "./key-entry.ts";
import type { RedactionTrace, StructuralPart, TracePath } from "./trace.ts";

/**
 * Tells a trace what is decided, and knows where: texts stand in texts, and one that is `nesting` levels down stands
 * under the keys of all that are around it.
 */
export class Tracer {
  readonly #trace: RedactionTrace;
  #field = "";
  /** Of the text that is read at each level, the entry under which it stands. */
  readonly #around: KeyEntry[] = [];
  /** More than 0 where a text is read that was read before: its keys are told already. Findings are new ones. */
  #readings = 0;
  #readingsOfAll = 0;

  constructor(trace: RedactionTrace) {
    this.#trace = trace;
  }

  /** What comes next stands in this field of OTLP. */
  at(field: string): void {
    this.#field = field;
    this.#readings = this.#readingsOfAll;
  }

  /** What comes next at this level stands under the key of `entry`. */
  enter(nesting: number, entry: KeyEntry): void {
    this.#around[nesting] = entry;
  }

  get readings(): number {
    return this.#readings;
  }

  /** What is read now was read before, until {@link backTo}. */
  readAgain(): void {
    this.#readings++;
  }

  backTo(readings: number): void {
    this.#readings = readings;
  }

  /** The same for a whole request. */
  readAllAgain(): void {
    this.#readingsOfAll++;
  }

  /** A value of its own gets what `entry` says. */
  decidedWhole(entry: KeyEntry): void {
    if (this.#readings === 0) this.#trace.decided(this.#path(0, entry), entry.decision);
  }

  /** In the text of `base`, a value stands under `key`. */
  decided(nesting: number, base: KeyEntry, key: string, decision: Decision): void {
    if (this.#readings > 0) return;
    const { field, keys } = this.#path(nesting, base);
    this.#trace.decided({ field, keys: [...keys, key] }, decision);
  }

  found(nesting: number, base: KeyEntry, finding: Finding, action: Action): void {
    this.#trace.found(this.#path(nesting, base), finding, action);
  }

  replaced(nesting: number, base: KeyEntry, part: StructuralPart): void {
    this.#trace.replaced(this.#path(nesting, base), part);
  }

  /** Parts of a text that have no key stand under the text's own: it counts once. */
  #path(nesting: number, base: KeyEntry): TracePath {
    const keys: string[] = [];
    for (let level = 0; level <= nesting + 1; level++) {
      const { path } = level <= nesting ? this.#around[level]! : base;
      if (path !== "" && path !== keys.at(-1)) keys.push(path);
    }
    return { field: this.#field, keys };
  }
}
