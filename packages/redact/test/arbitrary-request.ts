import { type Field, I32, I64, LEN, type MessageType, REQUEST_TYPES, type Signal, VARINT } from "@scrim/wire";
import fc from "fast-check";
import { field as lengthDelimited, varint } from "./otlp.ts";

/** Below this level messages are empty: deep enough for a list in a map in an attribute of an exemplar. */
const LEVELS_MAX = 14;

/** What is planted: things to find, keys that give values away, words of our own, and what is none of these. */
const TEXTS = fc.oneof(
  fc.constantFrom(
    ..."jane@leak.example|to jane@leak.example now|4111 1111 1111 1111|password=hunter2|203.0.113.7|2001:db8::7".split(
      "|",
    ),
    ..."https://u:p@h/?token=t0k&a=b%20c#x|[REDACTED:email]|REDACTED|[WITHHELD:depth]|****1111|gone fishing".split(
      "|",
    ),
    '{"password":"x y","a":["b@c.example"],"n":4111111111111111}',
    String.raw`{"m":"{\"password\":\"x\"}"`,
    "",
    "GET",
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const KEYS = fc.oneof(
  fc.constantFrom(
    ..."password|user.email|user|full_name|k|kk|http.request.method|url.full|url.query|client.address".split(
      "|",
    ),
    ..."service.name|order.id|jane@leak.example||[REDACTED:email]|nobody.knows".split("|"),
  ),
  fc.string({ unit: "binary", maxLength: 5 }),
);
const NUMBERS = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, 7n, 4111111111111111n, -1n),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
);
const DOUBLES = fc.oneof(fc.constantFrom(0, 4111111111111111, -0), fc.double());

/** Random requests from the tables of messages: any field any number of times and in any order. */
export function arbitraryRequest(signal: Signal): fc.Arbitrary<Buffer> {
  return messageOf(REQUEST_TYPES[signal], 1, new Map());
}

function messageOf(
  type: MessageType,
  level: number,
  made: Map<string, fc.Arbitrary<Buffer>>,
): fc.Arbitrary<Buffer> {
  const name = `${type.name} ${level}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  const fields = type.fields.filter((each) => each !== undefined);
  const choices = fields
    .filter(({ message }) => message === undefined || level < LEVELS_MAX)
    .map((each) => ({
      weight: each.message !== undefined && level < 8 ? 4 : 1,
      // Not before it is needed: types contain themselves.
      arbitrary: fc.constant(each).chain((one) => fieldOf(one, level, made)),
    }));
  choices.push({ weight: 1, arbitrary: unknownField(fields.length + 20) });
  const message = fc
    .array(fc.oneof(...choices), { maxLength: level < 8 ? 5 : 3, size: "max" })
    .map(Buffer.concat);
  made.set(name, message);
  return message;
}

function fieldOf(each: Field, level: number, made: Map<string, fc.Arbitrary<Buffer>>): fc.Arbitrary<Buffer> {
  const delimited = (payload: fc.Arbitrary<Buffer | string>) =>
    payload.map((body) => lengthDelimited(each.number, body));
  if (each.message !== undefined) return delimited(messageOf(each.message, level + 1, made));
  const tag = varint(BigInt((each.number << 3) | each.wire));
  const scalar = (body: fc.Arbitrary<Buffer>) => body.map((bytes) => Buffer.concat([tag, bytes]));
  switch (each.type) {
    case "string":
      return delimited(each.role === "key" ? KEYS : TEXTS);
    case "bytes":
      return delimited(
        each.role === "id"
          ? idOf(each.idBytes)
          : fc.oneof(
              TEXTS,
              fc.uint8Array().map((bytes) => Buffer.from(bytes)),
            ),
      );
    case "double":
      return scalar(DOUBLES.map(doubleBytes));
    case "fixed64":
    case "sfixed64":
      return scalar(fc.constant(Buffer.alloc(8, 1)));
    case "fixed32":
      return scalar(fc.constant(Buffer.alloc(4, 1)));
    default:
      return scalar(
        (each.role === "index" || each.name.endsWith("index") ? fc.bigInt(-1n, 6n) : NUMBERS).map(varint),
      );
  }
}

function idOf(length: number): fc.Arbitrary<Buffer> {
  return fc.oneof(
    fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(
      Buffer.alloc(0),
      Buffer.from("4111111111111111").subarray(0, length),
      Buffer.from("short"),
    ),
  );
}

function doubleBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** A field that no table has, of any wire type. */
function unknownField(number: number): fc.Arbitrary<Buffer> {
  const tag = (wire: number) => varint(BigInt((number << 3) | wire));
  return fc.constantFrom(
    Buffer.concat([tag(VARINT), Buffer.of(1)]),
    Buffer.concat([tag(I64), Buffer.alloc(8)]),
    Buffer.concat([tag(I32), Buffer.alloc(4)]),
    Buffer.concat([tag(LEN), Buffer.of(3), Buffer.from("abc")]),
  );
}
