import {
  BOOL_VALUE,
  DOUBLE_VALUE,
  FieldWalker,
  I64,
  INT_VALUE,
  KEY,
  LEN,
  readInt64,
  STRING_VALUE,
  VALUE,
  VARINT,
} from "@scrim/wire";

/** Attributes of an item that are looked at: more than the SDKs' own limit, which is 128. */
const ATTRIBUTES_MAX = 256;

/** Longer texts are not compared with. */
const TEXT_BYTES_MAX = 8_192;

type Attribute = string | number | boolean | undefined;

/** Reads attributes of spans and records for predicates: texts, numbers and booleans. One reader serves item after item. */
export class PredicateAttributes {
  readonly #item = new FieldWalker();
  readonly #keyValue = new FieldWalker();
  readonly #value = new FieldWalker();

  /** Those of the item in `bytes[start, end)`, in the field given. Of a key that occurs twice neither, since decoders differ on it. */
  read(bytes: Buffer, start: number, end: number, field: number): Readonly<Record<string, Attribute>> {
    const attributes: Record<string, Attribute> = Object.create(null);
    const item = this.#item;
    let count = 0;
    item.enter(bytes, start, end);
    while (item.next() && count < ATTRIBUTES_MAX) {
      if (item.field !== field || item.wire !== LEN) continue;
      count++;
      const { key, value } = this.#attribute(bytes, item.start, item.end);
      attributes[key] = key in attributes ? undefined : value;
    }
    return attributes;
  }

  #attribute(bytes: Buffer, start: number, end: number): { key: string; value: Attribute } {
    const keyValue = this.#keyValue;
    let key = "";
    let value: Attribute;
    keyValue.enter(bytes, start, end);
    while (keyValue.next()) {
      if (keyValue.wire !== LEN) continue;
      if (keyValue.field === KEY && keyValue.end - keyValue.start <= TEXT_BYTES_MAX)
        key = bytes.toString("utf8", keyValue.start, keyValue.end);
      if (keyValue.field === VALUE) value = this.#scalar(bytes, keyValue.start, keyValue.end);
    }
    return { key, value };
  }

  #scalar(bytes: Buffer, start: number, end: number): Attribute {
    const value = this.#value;
    let scalar: Attribute;
    value.enter(bytes, start, end);
    while (value.next()) scalar = scalarOf(bytes, value);
    return scalar;
  }
}

function scalarOf(bytes: Buffer, { field, wire, start, end }: FieldWalker): Attribute {
  switch (wire) {
    case LEN:
      return field === STRING_VALUE && end - start <= TEXT_BYTES_MAX
        ? bytes.toString("utf8", start, end)
        : undefined;
    case VARINT:
      if (field === BOOL_VALUE) return bytes[start] !== 0;
      return field === INT_VALUE ? Number(readInt64(bytes, start, end)) : undefined;
    case I64:
      return field === DOUBLE_VALUE ? bytes.readDoubleLE(start) : undefined;
    default:
      return undefined;
  }
}
