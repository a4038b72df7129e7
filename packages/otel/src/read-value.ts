/** What stands for a part of a record that can't be read. */
export const FAILED = Symbol("failed");

type Failed = typeof FAILED;

export function kindOf(value: object): "bytes" | "array" | "map" | undefined {
  try {
    if (value instanceof Uint8Array) return "bytes";
    return Array.isArray(value) ? "array" : "map";
  } catch {
    return undefined;
  }
}

export function keysOf(value: object): readonly string[] | Failed {
  try {
    return Object.keys(value);
  } catch {
    return FAILED;
  }
}

/** The property, whose getter runs. */
export function read(value: object, key: string | number): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[key];
  } catch {
    return FAILED;
  }
}

/** Longer is no array, but a proxy may say it is. */
const LENGTH_MAX = 2 ** 32 - 1;

export function lengthOf(value: readonly unknown[]): number {
  try {
    return Math.min(Number(value.length), LENGTH_MAX);
  } catch {
    return 0;
  }
}

/** A typed array may be a proxy, or its memory detached. */
export function copyOf(value: Uint8Array): Buffer | Failed {
  try {
    return Buffer.from(value);
  } catch {
    return FAILED;
  }
}

/** What an object says it is in JSON, under a key. */
export function jsonOf(value: object, key: string | number): unknown {
  try {
    const { toJSON } = value as { toJSON?: unknown };
    return typeof toJSON === "function" ? toJSON.call(value, String(key)) : value;
  } catch {
    return FAILED;
  }
}

/** Sets a property of its own, whatever its name. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
