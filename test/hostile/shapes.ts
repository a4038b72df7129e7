/** Requests of a shape that nobody sends by accident, made byte by byte: encoders refuse to. */

export function field(number: number, payload: Uint8Array | string): Buffer {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  return Buffer.concat([Buffer.of((number << 3) | 2), uint(bytes.length), bytes]);
}

function uint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A log record with these fields, in a request. */
export function record(...fields: readonly Uint8Array[]): Buffer {
  return field(1, field(2, field(2, Buffer.concat(fields))));
}

export const bodyOf = (value: Uint8Array): Buffer => field(5, value);
export const attributeOf = (key: string, value: Uint8Array): Buffer =>
  field(6, Buffer.concat([field(1, key), field(2, value)]));

/** A log record with so many attributes, each with a key of its own. */
export const recordOfKeys = (count: number): Buffer =>
  record(Buffer.concat(Array.from({ length: count }, (_, n) => attributeOf(`key.${n}`, stringOf("v")))));

export const stringOf = (text: Uint8Array | string): Buffer => field(1, text);

/** `payload` inside so many fields, the innermost first: in time linear in their number. */
function nested(payload: Buffer, tags: readonly number[], levels: number): Buffer {
  const parts: Buffer[] = [payload];
  let { length } = payload;
  for (let level = 0; level < levels; level++) {
    const head = Buffer.concat([Buffer.of((tags[level % tags.length]! << 3) | 2), uint(length)]);
    parts.push(head);
    length += head.length;
  }
  return Buffer.concat(parts.reverse());
}

/** An `AnyValue`: a text inside so many lists, or maps. */
export const lists = (levels: number): Buffer => nested(stringOf("x"), [1, 5], 2 * levels);
export const maps = (levels: number): Buffer => nested(stringOf("x"), [2, 1, 6], 3 * levels);

/** `text` as often as fits. */
export function filled(text: string | Uint8Array, bytes: number): Buffer {
  return Buffer.alloc(bytes, typeof text === "string" ? Buffer.from(text) : text);
}
