import { type Condition, conditionsThatHold, type Holds } from "@scrim/policy";
import { fieldRanges, type Range } from "./field-ranges.ts";

/** `ResourceLogs.resource` and its like, and `Resource.attributes`. */
const RESOURCE = 1;
const ATTRIBUTES = 1;
/** `KeyValue.key` and `value`; of the value a string, or a map with its members. */
const KEY = 1;
const VALUE = 2;
const STRING_VALUE = 1;
const KVLIST_VALUE = 6;
const MEMBERS = 1;

/** Maps inside one another that are read for conditions. */
const DEPTH_MAX = 8;
/** Times that one attribute may come and still be tried. */
const COPIES_MAX = 16;

/** Finds out which of a policy's conditions hold for a resource. */
export class ResourceConditions {
  readonly #conditions: readonly Condition[];
  /** Paths that conditions ask for, and the paths of maps on the way to them. */
  readonly #wanted = new Set<string>();

  constructor(conditions: readonly Condition[]) {
    this.#conditions = conditions;
    for (const path of conditions.flatMap(({ resource }) => [...resource.keys()])) {
      for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
        this.#wanted.add(path.slice(0, dot));
      }
      this.#wanted.add(path);
    }
  }

  /**
   * The conditions that hold for the resource in `range`, a `ResourceLogs` or its like. Flat and nested
   * spellings are the same key. Where an attribute comes twice, decoders disagree about which counts, so each may
   * fulfil a condition.
   */
  holding(bytes: Buffer, range: Range): Holds {
    if (this.#conditions.length === 0) return 0;
    const found = new Map<string, string[]>();
    for (const resource of fieldRanges(bytes, range, RESOURCE)) {
      for (const attribute of fieldRanges(bytes, resource, ATTRIBUTES)) {
        this.#collect(bytes, attribute, "", 0, found);
      }
    }
    let holds = conditionsThatHold(this.#conditions, new Map());
    const copies = Math.max(0, ...[...found.values()].map((values) => values.length));
    for (let copy = 0; copy < copies; copy++) {
      const attributes = [...found].map(([key, values]) => [key, values[copy] ?? values.at(-1)!] as const);
      holds |= conditionsThatHold(this.#conditions, new Map(attributes));
    }
    return holds;
  }

  /** Collects the string values of a `KeyValue` by path. */
  #collect(
    bytes: Buffer,
    attribute: Range,
    prefix: string,
    depth: number,
    found: Map<string, string[]>,
  ): void {
    const keys = new Set(
      fieldRanges(bytes, attribute, KEY).map((key) => prefix + bytes.toString("utf8", ...key)),
    );
    for (const path of keys) {
      if (!this.#wanted.has(path)) continue;
      for (const value of fieldRanges(bytes, attribute, VALUE)) {
        for (const text of fieldRanges(bytes, value, STRING_VALUE)) {
          addCopy(found, path, bytes.toString("utf8", ...text));
        }
        if (depth === DEPTH_MAX) continue;
        for (const map of fieldRanges(bytes, value, KVLIST_VALUE)) {
          for (const member of fieldRanges(bytes, map, MEMBERS)) {
            this.#collect(bytes, member, `${path}.`, depth + 1, found);
          }
        }
      }
    }
  }
}

/** Of too many copies the last takes the place of the one before, since decoders take the first or the last. */
function addCopy(found: Map<string, string[]>, path: string, text: string): void {
  const copies = found.get(path);
  if (copies === undefined) found.set(path, [text]);
  else if (copies.length < COPIES_MAX) copies.push(text);
  else copies[COPIES_MAX - 1] = text;
}
