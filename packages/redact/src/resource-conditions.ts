import { type Condition, conditionsThatHold, type Holds } from "@scrim/policy";
import { FieldWalker, KEY, KVLIST_VALUE, readInt32, STRING_VALUE, VALUE, VARINT } from "@scrim/wire";
import { fieldRanges, type Range } from "./field-ranges.ts";
import type { ProfileStrings } from "./profile-strings.ts";

/** `ResourceLogs.resource` and its like, and `Resource.attributes`. */
const RESOURCE = 1;
const ATTRIBUTES = 1;
/** In profiles a key or a string may be an index into the string table. */
const KEY_STRINDEX = 3;
const STRING_VALUE_STRINDEX = 8;
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
  holding(bytes: Buffer, range: Range, profile: ProfileStrings | undefined): Holds {
    if (this.#conditions.length === 0) return 0;
    const found = new Map<string, string[]>();
    for (const resource of fieldRanges(bytes, range, RESOURCE)) {
      for (const attribute of fieldRanges(bytes, resource, ATTRIBUTES)) {
        this.#collect({ bytes, profile, found }, attribute, "", 0);
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
  #collect(resource: Resource, attribute: Range, prefix: string, depth: number): void {
    const { bytes, found } = resource;
    const paths = new Set(textsOf(resource, attribute, KEY, KEY_STRINDEX).map((key) => prefix + key));
    for (const path of paths) {
      if (!this.#wanted.has(path)) continue;
      for (const value of fieldRanges(bytes, attribute, VALUE)) {
        for (const text of textsOf(resource, value, STRING_VALUE, STRING_VALUE_STRINDEX)) {
          addCopy(found, path, text);
        }
        if (depth === DEPTH_MAX) continue;
        for (const map of fieldRanges(bytes, value, KVLIST_VALUE)) {
          for (const member of fieldRanges(bytes, map, MEMBERS)) {
            this.#collect(resource, member, `${path}.`, depth + 1);
          }
        }
      }
    }
  }
}

/** What is read, and what was found in it. */
interface Resource {
  readonly bytes: Buffer;
  readonly profile: ProfileStrings | undefined;
  readonly found: Map<string, string[]>;
}

/** Texts of a field of the message in `range`, and those that another field points at. */
function textsOf({ bytes, profile }: Resource, range: Range, field: number, index: number): string[] {
  const indexed = profile === undefined ? [] : indexedRanges(bytes, range, index, profile);
  return [...fieldRanges(bytes, range, field), ...indexed].map((text) => bytes.toString("utf8", ...text));
}

function indexedRanges(bytes: Buffer, [start, end]: Range, field: number, profile: ProfileStrings): Range[] {
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  const ranges: Range[] = [];
  while (walker.next()) {
    if (walker.field !== field || walker.wire !== VARINT) continue;
    const range = profile.range(readInt32(bytes, walker.start, walker.end));
    if (range !== undefined) ranges.push(range);
  }
  return ranges;
}

/** Of too many copies the last takes the place of the one before, since decoders take the first or the last. */
function addCopy(found: Map<string, string[]>, path: string, text: string): void {
  const copies = found.get(path);
  if (copies === undefined) found.set(path, [text]);
  else if (copies.length < COPIES_MAX) copies.push(text);
  else copies[COPIES_MAX - 1] = text;
}
