import { isDeepStrictEqual } from "node:util";
import type { Canary } from "./canaries.ts";

/** Gives out canaries of one type, each for a place of its own, and keeps what the application's objects were. */
export class Planter {
  readonly #planted: { readonly place: string; readonly canary: Canary }[] = [];
  readonly #kept: { readonly object: object; readonly before: unknown }[] = [];
  readonly #make: (n: number) => Canary;

  constructor(make: (n: number) => Canary) {
    this.#make = make;
  }

  at(place: string): string {
    const canary = this.#make(this.#planted.length + 1);
    this.#planted.push({ place, canary });
    return canary.text;
  }

  /** An object that the application goes on to use. */
  keep<T extends object>(object: T): T {
    this.#kept.push({ object, before: copyOf(object) });
    return object;
  }

  get places(): readonly string[] {
    return this.#planted.map(({ place }) => place);
  }

  /** The places whose canaries are in one of the outputs. */
  survivors(outputs: readonly string[]): readonly string[] {
    return this.#planted
      .filter(({ canary }) => outputs.some((output) => output.includes(canary.secret)))
      .map(({ place }) => place);
  }

  /** Which of the kept objects, by their order, are not what they were. */
  changed(): readonly number[] {
    return [...this.#kept.entries()]
      .filter(([, { object, before }]) => !isDeepStrictEqual(copyOf(object), before))
      .map(([index]) => index);
  }
}

/** A deep copy that shows what a copy of an error wouldn't: its stack, its causes and its own properties. */
function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(copyOf);
  const keys = value instanceof Error ? Object.getOwnPropertyNames(value) : Object.keys(value);
  return [
    Object.getPrototypeOf(value),
    ...keys.map((key) => [key, copyOf((value as Record<string, unknown>)[key])]),
  ];
}

/** All that an object says: texts, keys, and bytes as the text that they spell. */
export function textsIn(value: unknown, seen = new Set<object>()): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (seen.has(value)) return "";
  seen.add(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key}\n${textsIn(inner, seen)}`)
    .join("\n");
}
