import fc from "fast-check";
import { EGROUP, type Field, I32, I64, LEN, type MessageType, SGROUP, VARINT } from "../src/index.ts";
import { encodeVarint, type Part } from "./wire-model.ts";

/** Messages below this level have no messages in them: deep enough for a list in an attribute of an exemplar. */
const LEVELS_MAX = 12;
const VALUES_LEVEL = 8;

export interface MessageOptions {
  readonly unknown: boolean;
  /** What strings say; anything unless given. */
  readonly strings?: fc.Arbitrary<string>;
}

/**
 * Random messages of a type: any field any number of times and in any order, scalars packed or not, varints
 * longer than needed, defaults written out. With `unknown`, fields that the type does not have (of all wire
 * types), and known numbers under a wrong wire type, at every level.
 */
export function arbitraryMessage(type: MessageType, options: MessageOptions): fc.Arbitrary<Part[]> {
  const strings = options.strings?.map((text) => Buffer.from(text)) ?? STRING_BODY;
  const made = new Map<string, fc.Arbitrary<Part[]>>();
  const messageAt = (of: MessageType, level: number): fc.Arbitrary<Part[]> => {
    const name = `${of.name} ${level}`;
    if (!made.has(name)) made.set(name, partsAt(of, level));
    return made.get(name)!;
  };
  const partsAt = (of: MessageType, level: number): fc.Arbitrary<Part[]> => {
    const scalars: fc.Arbitrary<Part>[] = options.unknown ? [unknownPart(of)] : [];
    const messages: fc.Arbitrary<Part>[] = [];
    for (const field of of.fields) {
      if (field === undefined) continue;
      if (field.message === undefined) scalars.push(scalarPart(field, strings));
      else if (level < LEVELS_MAX) messages.push(messagePart(field, field.message, level));
    }
    // Attributes and their values lie six to ten levels below the request: down to there messages are the more
    // likely fields, further down the less likely. With `max`, lists don't get shorter the deeper they are.
    const down = level <= VALUES_LEVEL ? 2 : 0.5;
    const weight = Math.max(1, Math.round((down * scalars.length) / messages.length));
    const weighted = [
      ...scalars.map((arbitrary) => ({ weight: 1, arbitrary })),
      ...messages.map((arbitrary) => ({ weight, arbitrary })),
    ];
    return weighted.length === 0
      ? fc.constant([])
      : fc.array(fc.oneof(...weighted), { maxLength: 4, size: "max" });
  };
  const messagePart = (field: Field, child: MessageType, level: number): fc.Arbitrary<Part> =>
    fc
      .constant(child)
      .chain((childType) => messageAt(childType, level + 1)) // not before it is needed: types contain themselves
      .map((body) => ({ number: field.number, wire: LEN, body, field }));
  return messageAt(type, 1);
}

function scalarPart(field: Field, strings: fc.Arbitrary<Buffer>): fc.Arbitrary<Part> {
  const { number, wire } = field;
  const single = scalarBody(field, strings).map((body) => ({ number, wire, body, field }));
  if (!field.repeated || wire === LEN) return single;
  const packed = fc.array(scalarBody(field, strings), { maxLength: 4 }).map(Buffer.concat);
  return fc.oneof(
    single,
    packed.map((body) => ({ number, wire: LEN, body, field })),
  );
}

function scalarBody(field: Field, strings: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  if (field.wire === VARINT) return VARINT_BODY;
  if (field.type === "double") return DOUBLE_BODY;
  if (field.wire === I64) return FIXED64_BODY;
  if (field.wire === I32) return bytesOf(4, 4);
  if (field.type === "string") return strings;
  return field.role === "id" ? fc.oneof(bytesOf(0, 0), bytesOf(field.idBytes, field.idBytes)) : bytesOf(0, 9);
}

const bytesOf = (minLength: number, maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes));

const VARINT_BODY = fc
  .tuple(
    fc.oneof(
      fc.constant(0n),
      fc.bigInt(-3n, 300n),
      fc.bigInt(-(2n ** 32n), 2n ** 32n),
      fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n),
    ),
    fc.nat(2),
  )
  .map(([value, padding]) => encodeVarint(value, padding));

const DOUBLE_BODY = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0)).map((value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
});

const FIXED64_BODY = fc
  .oneof(fc.constant(0n), fc.bigInt(0n, 2n ** 54n), fc.bigInt(0n, 2n ** 64n - 1n))
  .map((value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return bytes;
  });

const STRING_BODY = fc
  .oneof(
    { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 10 }) },
    { weight: 2, arbitrary: fc.constantFrom("", "0", "__proto__", "constructor", '"\\/\b\f\n\r\t\0\u001f') },
    { weight: 1, arbitrary: fc.string({ minLength: 100, maxLength: 300 }) }, // a length of two bytes
  )
  .map((text) => Buffer.from(text));

function unknownPart(type: MessageType): fc.Arbitrary<Part> {
  const unused = fc
    .integer({ min: 1, max: 2 ** 29 - 1 })
    .filter((number) => type.fields[number] === undefined);
  const used = fc.constantFrom(...type.fields.filter((field) => field !== undefined));
  return fc.oneof(
    fc.tuple(unused, UNKNOWN_BODY).map(([number, { wire, body }]) => part(number, wire, body)),
    fc
      .tuple(used, UNKNOWN_BODY)
      .filter(([field, { wire }]) => wire !== field.wire && !(field.repeated && wire === LEN))
      .map(([field, { wire, body }]) => part(field.number, wire, body)),
    fc.tuple(unused, fc.array(UNKNOWN_BODY, { maxLength: 3 })).map(([number, inner]) => group(number, inner)),
  );
}

const UNKNOWN_BODY = fc.oneof(
  VARINT_BODY.map((body) => ({ wire: VARINT, body })),
  bytesOf(8, 8).map((body) => ({ wire: I64, body })),
  bytesOf(4, 4).map((body) => ({ wire: I32, body })),
  bytesOf(0, 9).map((body) => ({ wire: LEN, body })),
);

function group(number: number, inner: readonly { wire: number; body: Buffer }[]): Part {
  const fields = inner.map(({ wire, body }, index) => {
    const length = wire === LEN ? [encodeVarint(BigInt(body.length))] : [];
    return Buffer.concat([tag(index + 1, wire), ...length, body]);
  });
  return part(number, SGROUP, Buffer.concat([...fields, tag(number, EGROUP)]));
}

function part(number: number, wire: number, body: Buffer): Part {
  return { number, wire, body, field: undefined };
}

function tag(number: number, wire: number): Buffer {
  return encodeVarint((BigInt(number) << 3n) | BigInt(wire));
}
