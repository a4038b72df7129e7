import type { Random } from "../random.ts";
import { mutateBytes } from "./bytes.ts";
import { cut, INPUT_BYTES_MAX, levels, type Mutator, repeated, spliced } from "./mutator.ts";

/** Shares no code with the parsers it attacks. https://protobuf.dev/programming-guides/encoding/ */

const [VARINT, I64, LEN, SGROUP, EGROUP, I32] = [0, 1, 2, 3, 4, 5];

interface RawField {
  readonly tag: number;
  readonly number: number;
  readonly wire: number;
  readonly start: number;
  readonly end: number;
}

/** Wide messages are not read to their end. */
const FIELDS_MAX = 256;

const NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 18, 999, 2 ** 29 - 1];
const LENGTHS = [0, 1, 127, 128, 16_383, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 35];
const VALUES = [
  "00",
  "01",
  "7f",
  "8000", // 0, longer than it need be
  "ffffffff07",
  "ffffffff0f",
  "ffffffffffffffff7f",
  "ffffffffffffffffff01",
  "ffffffffffffffffff02", // over 64 bits
  "80808080808080808000",
  "8080808080808080808000", // eleven bytes
  "ffffffffffffffffffff01",
].map((hex) => Buffer.from(hex, "hex"));
const DOUBLES = ["000000000000f07f", "000000000000f8ff", "0000000000000080", "ffffffffffffef7f"].map((hex) =>
  Buffer.from(hex, "hex"),
);

/** The tags that lead from an `AnyValue` to one inside it: through a list, through a list of pairs. */
const NESTS = [
  [tagOf(5, LEN), tagOf(1, LEN)],
  [tagOf(6, LEN), tagOf(1, LEN), tagOf(2, LEN)],
];

/** Changes one field of one message, at any level. Lengths around it are corrected, but for now and then. */
export const mutateProtobuf: Mutator = (bytes, random, donor) => {
  const frames: RawField[] = [];
  let [start, end] = [0, bytes.length];
  let field: RawField | undefined;
  for (;;) {
    const fields = fieldsIn(bytes, start, end);
    if (fields === undefined || fields.length === 0) break;
    field = random.pick(fields);
    if (field.wire !== LEN || random.oneIn(5)) break;
    if ((fieldsIn(bytes, field.start, field.end) ?? []).length === 0) break;
    frames.push(field);
    [start, end] = [field.start, field.end];
    field = undefined;
  }
  if (field === undefined) return mutateBytes(bytes, random, donor);
  let changed = changedField(bytes, field, random, donor);
  let at = field;
  for (const frame of frames.toReversed()) {
    const payload = Buffer.concat([
      bytes.subarray(frame.start, at.tag),
      changed,
      bytes.subarray(at.end, frame.end),
    ]);
    const length = random.oneIn(200) ? wrongLength(payload.length, random) : uint(payload.length);
    changed = Buffer.concat([bytes.subarray(frame.tag, tagEnd(bytes, frame.tag)), length, payload]);
    at = frame;
  }
  return spliced(bytes, at.tag, at.end, changed);
};

/** Text for fields that hold some: what a reader of texts looks at twice. */
export function textsInProtobuf(texts: readonly (string | Buffer)[]): Mutator {
  const known = texts.map((text) => Buffer.from(text as string));
  return (bytes, random) => {
    const [path, leaf] = randomLeaf(bytes, random);
    if (leaf === undefined) return bytes;
    return replacedPayload(bytes, path, leaf, random.pick(known));
  };
}

/** `bytes` with the payload of a field replaced that stands inside the fields of `path`, and all lengths corrected. */
export function replacedPayload(
  bytes: Buffer,
  path: readonly RawField[],
  leaf: RawField,
  payload: Buffer,
): Buffer {
  let changed = Buffer.concat([uint(tagOf(leaf.number, LEN)), uint(payload.length), payload]);
  let at = leaf;
  for (const frame of path.toReversed()) {
    const length = frame.end - frame.start - (at.end - at.tag) + changed.length;
    changed = Buffer.concat([
      uint(tagOf(frame.number, LEN)),
      uint(length),
      bytes.subarray(frame.start, at.tag),
      changed,
      bytes.subarray(at.end, frame.end),
    ]);
    at = frame;
  }
  return spliced(bytes, at.tag, at.end, changed);
}

function randomLeaf(bytes: Buffer, random: Random): [path: RawField[], leaf: RawField | undefined] {
  const path: RawField[] = [];
  let [start, end] = [0, bytes.length];
  for (;;) {
    const fields = fieldsIn(bytes, start, end)?.filter(({ wire }) => wire === LEN) ?? [];
    if (fields.length === 0) return [path, path.pop()];
    const field = random.pick(fields);
    if (random.oneIn(40)) return [path, field];
    path.push(field);
    [start, end] = [field.start, field.end];
  }
}

function changedField(bytes: Buffer, field: RawField, random: Random, donor: Buffer): Buffer {
  const raw = bytes.subarray(field.tag, field.end);
  const payload = bytes.subarray(field.start, field.end);
  const again = (number: number, wire: number) =>
    Buffer.concat([uint(tagOf(number, wire)), wire === LEN ? uint(payload.length) : EMPTY, payload]);
  switch (random.below(16)) {
    case 0:
      return EMPTY;
    case 1:
      return repeated(raw, random);
    case 2:
      return again(random.pick(NUMBERS), field.wire);
    case 3:
      return Buffer.concat([uint(tagOf(field.number, random.below(8))), payload]);
    case 4:
      return Buffer.concat([uint(tagOf(field.number, LEN)), wrongLength(payload.length, random), payload]);
    case 5: // longer than it need be
      return Buffer.concat([padded(tagOf(field.number, field.wire), random), raw.subarray(1)]);
    case 6:
      return grouped(raw, random);
    case 7:
      return Buffer.concat([uint(tagOf(field.number, LEN)), ...nested(payload, random)]);
    case 8:
      return Buffer.concat([raw, unknownField(random)]);
    case 9:
      return Buffer.concat([uint(tagOf(field.number, VARINT)), random.pick(VALUES)]);
    case 10:
      return Buffer.concat([uint(tagOf(field.number, I64)), random.pick(DOUBLES)]);
    case 11: {
      const changed = mutateBytes(payload, random, donor);
      return Buffer.concat([uint(tagOf(field.number, LEN)), uint(changed.length), changed]);
    }
    case 12:
      return Buffer.concat([raw, fieldOf(donor, random)]);
    case 13:
      return fieldOf(donor, random);
    case 14: // packed values, or one value where many are expected
      return Buffer.concat([uint(tagOf(field.number, LEN)), uint(raw.length), raw]);
    default:
      return Buffer.concat([raw, again(random.pick(NUMBERS), field.wire)]);
  }
}

/** Any field of a message, at any level: with it come parts of requests where none belong. */
function fieldOf(bytes: Buffer, random: Random): Buffer {
  let [start, end] = [0, bytes.length];
  for (;;) {
    const fields = fieldsIn(bytes, start, end) ?? [];
    if (fields.length === 0) return EMPTY;
    const field = random.pick(fields);
    const inner = field.wire === LEN ? fieldsIn(bytes, field.start, field.end) : undefined;
    if (inner === undefined || inner.length === 0 || random.oneIn(3))
      return bytes.subarray(field.tag, field.end);
    [start, end] = [field.start, field.end];
  }
}

/** The payload inside so many values, as length and content. */
function nested(payload: Buffer, random: Random): Buffer[] {
  const tags = random.pick(NESTS);
  const parts = [payload];
  let { length } = payload;
  for (let level = levels(random) * tags.length; level > 0 && length < INPUT_BYTES_MAX / 2; level--) {
    const head = [uint(tags[level % tags.length]!), uint(length)] as const;
    parts.push(head[1], head[0]);
    length += head[0].length + head[1].length;
  }
  return [...parts, uint(length)].reverse();
}

function grouped(raw: Buffer, random: Random): Buffer {
  const number = random.pick([1, 2, 5, 999]);
  const depth = levels(random);
  const open = uint(tagOf(number, SGROUP));
  const close = uint(tagOf(random.oneIn(8) ? number + 1 : number, EGROUP));
  const closed = random.oneIn(4) ? depth - 1 : depth;
  return cut(
    Buffer.concat([Buffer.alloc(depth * open.length, open), raw, Buffer.alloc(closed * close.length, close)]),
  );
}

function unknownField(random: Random): Buffer {
  const number = random.pick([99, 999, 2 ** 29 - 1]);
  const wire = random.pick([VARINT, I64, LEN, I32]);
  const body = random.bytes(random.below(40));
  const payloads = [random.pick(VALUES), random.pick(DOUBLES), Buffer.concat([uint(body.length), body])];
  return Buffer.concat([uint(tagOf(number, wire!)), payloads[wire!] ?? random.bytes(4)]);
}

function wrongLength(length: number, random: Random): Buffer {
  if (random.oneIn(4)) return padded(length, random);
  const wrong = random.oneIn(2) ? random.pick(LENGTHS) : length + random.pick([1, -1, 2, 7, 100]);
  return uint(Math.max(0, wrong));
}

/** A varint longer than it need be: up to ten bytes, or one more than may be. */
function padded(value: number, random: Random): Buffer {
  const bytes = [...uint(value)];
  const extra = 1 + random.below(10);
  bytes[bytes.length - 1]! |= 0x80;
  return Buffer.from([...bytes, ...Array(extra - 1).fill(0x80), 0]);
}

/** The fields of `[start, end)` as far as they can be read; undefined if that is no message. */
function fieldsIn(bytes: Buffer, start: number, end: number): RawField[] | undefined {
  const fields: RawField[] = [];
  for (let pos = start; pos < end && fields.length < FIELDS_MAX; ) {
    const tag = pos;
    pos = varintEnd(bytes, tag, end);
    if (pos < 0) return undefined;
    const [number, wire] = [
      bytes[tag]! < 0x80 ? bytes[tag]! >> 3 : readUint(bytes, tag) >>> 3,
      bytes[tag]! & 7,
    ];
    let from = pos;
    if (wire === VARINT) pos = varintEnd(bytes, pos, end);
    else if (wire === I64) pos += 8;
    else if (wire === I32) pos += 4;
    else if (wire === LEN) {
      from = varintEnd(bytes, pos, end);
      pos = from < 0 ? -1 : from + readUint(bytes, pos);
    } else return undefined;
    if (pos < 0 || pos > end) return undefined;
    fields.push({ tag, number, wire, start: from, end: pos });
  }
  return fields;
}

function varintEnd(bytes: Buffer, start: number, end: number): number {
  for (let pos = start; pos < Math.min(end, start + 5); pos++) if (bytes[pos]! < 0x80) return pos + 1;
  return -1;
}

function readUint(bytes: Buffer, start: number): number {
  let value = 0;
  for (let pos = start, shift = 0; shift < 35; pos++, shift += 7) {
    value |= (bytes[pos]! & 0x7f) << shift;
    if (bytes[pos]! < 0x80) break;
  }
  return value >>> 0;
}

function tagEnd(bytes: Buffer, tag: number): number {
  return varintEnd(bytes, tag, bytes.length);
}

function tagOf(number: number, wire: number): number {
  return number * 8 + wire;
}

function uint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

const EMPTY = Buffer.alloc(0);
