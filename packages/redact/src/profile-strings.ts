import {
  ANY_VALUE,
  DEPTH_MAX,
  FieldWalker,
  LEN,
  type MessageType,
  REQUEST_TYPES,
  readInt32,
  VARINT,
} from "@scrim/wire";
import { fieldRanges, type Range } from "./field-ranges.ts";
import type { KeyEntry } from "./key-entry.ts";

/** `ExportProfilesServiceRequest.dictionary`, and its `string_table` and `attribute_table`. */
const DICTIONARY = 2;
const STRING_TABLE = 5;
const ATTRIBUTE_TABLE = 6;

/**
 * The string table of a profiles request, read before the walk: keys and values elsewhere are indices into it.
 * A string that is the value of an attribute gets the strictest action of all attributes that point at it.
 */
export class ProfileStrings {
  readonly #strings: Range[] = [];
  readonly #starts = new Set<number>();
  readonly #actions = new Map<number, KeyEntry>();
  readonly #values = new Set<number>();
  /** Key of each entry of the attribute table, by the offset of the entry's value. */
  readonly #entryKeys = new Map<number, number>();

  constructor(bytes: Buffer) {
    this.#readValues(bytes, REQUEST_TYPES.profiles, [0, bytes.length], 0);
    for (const dictionary of fieldRanges(bytes, [0, bytes.length], DICTIONARY)) {
      for (const string of fieldRanges(bytes, dictionary, STRING_TABLE)) {
        this.#strings.push(string);
        this.#starts.add(string[0]);
      }
      for (const entry of fieldRanges(bytes, dictionary, ATTRIBUTE_TABLE)) this.#readEntry(bytes, entry);
    }
  }

  get length(): number {
    return this.#strings.length;
  }

  /** Where string `index` lies; undefined for an index out of range, and for the empty string at 0. */
  range(index: number): Range | undefined {
    return this.#strings[index];
  }

  isTableEntry(start: number): boolean {
    return this.#starts.has(start);
  }

  /** Index of the key of the attribute whose value begins at `valueStart`. */
  keyOfEntry(valueStart: number): number | undefined {
    return this.#entryKeys.get(valueStart);
  }

  /** Whether some attribute's value is string `index`, which an action may therefore replace. */
  isValue(index: number): boolean {
    return this.#values.has(index);
  }

  action(index: number): KeyEntry | undefined {
    return this.#actions.get(index);
  }

  setAction(index: number, entry: KeyEntry): void {
    this.#actions.set(index, entry);
  }

  /** Notes every string that is a value, wherever an `AnyValue` stands. */
  #readValues(bytes: Buffer, type: MessageType, [start, end]: Range, depth: number): void {
    const walker = new FieldWalker();
    walker.enter(bytes, start, end);
    while (walker.next()) {
      const field = type.fields[walker.field];
      if (field?.message !== undefined && walker.wire === LEN && depth < DEPTH_MAX) {
        this.#readValues(bytes, field.message, [walker.start, walker.end], depth + 1);
      } else if (type === ANY_VALUE && field?.role === "index" && walker.wire === VARINT) {
        this.#values.add(readInt32(bytes, walker.start, walker.end));
      }
    }
  }

  /** `KeyValueAndUnit`: key index 1, value 2. The last key counts, as decoders have it. */
  #readEntry(bytes: Buffer, [start, end]: Range): void {
    const walker = new FieldWalker();
    walker.enter(bytes, start, end);
    let key: number | undefined;
    const values: number[] = [];
    while (walker.next()) {
      if (walker.field === 1 && walker.wire === VARINT) key = readInt32(bytes, walker.start, walker.end);
      if (walker.field === 2 && walker.wire === LEN) values.push(walker.start);
    }
    if (key !== undefined) for (const value of values) this.#entryKeys.set(value, key);
  }
}
