/** Sets of attributes that are remembered; series are bounded likewise (2,000 for an instrument, in the SDK). */
const SETS_MAX = 4_096;

/** Code units of a set that is remembered: what has longer ones has many of them. */
const KEY_LENGTH_MAX = 1_024;

type Attributes = Readonly<Record<string, unknown>>;

/** Remembers what sets of plain attributes become: the same few come with every measurement. */
export class AttributesCache {
  readonly #known = new Map<string, Attributes>();

  /** What `attributes` become, by `redact` where it is not known. */
  get(attributes: Attributes, redact: () => Attributes): Attributes {
    const key = keyOf(attributes);
    if (key === undefined) return redact();
    let redacted = this.#known.get(key);
    if (redacted === undefined) {
      redacted = Object.freeze(redact());
      if (this.#known.size >= SETS_MAX) this.#known.clear();
      this.#known.set(key, redacted);
    }
    return redacted;
  }
}

/** A text that no other set has; undefined for sets with other values than strings, numbers and booleans. */
function keyOf(attributes: Attributes): string | undefined {
  let key = "";
  for (const name in attributes) {
    const value = attributes[name];
    const type = typeof value;
    if (type !== "string" && type !== "number" && type !== "boolean") return undefined;
    const text = String(value);
    key += `${name.length}:${name}${type[0]}${text.length}:${text}`;
    if (key.length > KEY_LENGTH_MAX) return undefined;
  }
  return key;
}
