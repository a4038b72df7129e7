import { FieldWalker, LEN, readInt32, VARINT } from "@scrim/wire";
import { fieldRanges, type Range } from "./field-ranges.ts";
import type { KeyEntry } from "./key-entry.ts";
import { countReferences, type StringReferences } from "./string-references.ts";

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
  /** Keys of each entry of the attribute table, by the offset of the entry's value. */
  readonly #entryKeys = new Map<number, readonly number[]>();
  /** Strings that some attribute has as its key. */
  readonly #keys = new Set<number>();
  /** How often the walk came to a string as the value of an attribute. */
  readonly #visits = new Map<number, number>();
  readonly #references: StringReferences;

  /** @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` where the framing is broken */
  constructor(bytes: Buffer) {
    this.#references = countReferences(bytes);
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

  /** Where string `index` lies, which is a key. */
  keyRange(index: number): Range | undefined {
    this.#keys.add(index);
    return this.#strings[index];
  }

  /** Indices of the keys of the attribute whose value begins at `valueStart`; the same array for all its values. */
  keysOfEntry(valueStart: number): readonly number[] {
    return this.#entryKeys.get(valueStart) ?? [];
  }

  /** Whether some attribute that was asked for has string `index` as its key. */
  isKey(index: number): boolean {
    return this.#keys.has(index);
  }

  action(index: number): KeyEntry | undefined {
    return this.#actions.get(index);
  }

  /** The walk has come to string `index`, as the value of an attribute that decides on it. */
  visit(index: number, entry: KeyEntry): void {
    this.#actions.set(index, entry);
    this.#visits.set(index, (this.#visits.get(index) ?? 0) + 1);
  }

  /**
   * Whether what had string `index` as its value, or alone had it as its key, was removed before the walk came to it: nobody has
   * decided on the string. To be asked when the walk has been everywhere.
   */
  isBereft(index: number): boolean {
    const { values, keys } = this.#references;
    const visits = this.#visits.get(index) ?? 0;
    return visits < (values.get(index) ?? 0) || (keys.has(index) && visits === 0 && !this.#keys.has(index));
  }

  /** `KeyValueAndUnit`: key index 1, value 2. Where one occurs twice, decoders disagree: all count. */
  #readEntry(bytes: Buffer, [start, end]: Range): void {
    const walker = new FieldWalker();
    walker.enter(bytes, start, end);
    const keys = new Set<number>();
    const values: number[] = [];
    while (walker.next()) {
      if (walker.field === 1 && walker.wire === VARINT) keys.add(readInt32(bytes, walker.start, walker.end));
      if (walker.field === 2 && walker.wire === LEN) values.push(walker.start);
    }
    if (keys.size === 0) keys.add(0); // which is not written where it is what is meant
    const distinct = [...keys];
    for (const value of values) this.#entryKeys.set(value, distinct);
  }
}
