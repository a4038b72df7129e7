import { isUtf8 } from "node:buffer";
import { OperatingError } from "@scrim/errors";
import { base64Length, decodeBase64 } from "./base64.ts";
import { hexByte } from "./hex.ts";
import { compileJsonMessage, findField, type JsonField, type JsonMessage } from "./json-field.ts";
import { parseDouble, parseInteger, scanNumber } from "./json-number.ts";
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  JsonReader,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from "./json-reader.ts";
import { JSON_BYTES_MAX } from "./limits.ts";
import type { ScalarType } from "./message-type.ts";
import { ProtoWriter } from "./proto-writer.ts";
import { REQUEST_TYPES, type Signal } from "./signal.ts";

const REQUESTS: Readonly<Record<Signal, JsonMessage>> = {
  logs: compileJsonMessage(REQUEST_TYPES.logs),
  traces: compileJsonMessage(REQUEST_TYPES.traces),
  metrics: compileJsonMessage(REQUEST_TYPES.metrics),
  profiles: compileJsonMessage(REQUEST_TYPES.profiles),
};

/**
 * Turns an export request in OTLP's JSON mapping into protobuf: proto3 JSON, but with ids in hex, enums as
 * numbers and no snake_case. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 *
 * Where JSON parsers differ, this one refuses, so that nobody behind it can read something else:
 *
 * - A known key that occurs twice in one object, and a second member of a oneof, are errors.
 * - Wrong types, enum names, integers with a fraction or out of range, ids of a wrong length are errors.
 * - Unknown keys, snake_case among them, are checked as JSON and left out. `null` is the same as no key; inside
 *   an array it is an error.
 * - Text must be UTF-8 without a byte order mark. A lone surrogate (`"\ud800"`) becomes U+FFFD.
 *
 * Fields that hold their default are left out, except where protobuf can tell a default from nothing.
 *
 * @throws {OperatingError} `JSON_MALFORMED`, `TOO_DEEP` (path: the byte offset), `JSON_MAPPING` (path: names of
 *   known fields, never a key or value of the sender's), `TOO_LARGE`
 *
 * @example
 * ```ts
 * import { jsonToProto } from "@scrim/wire";
 * const json = Buffer.from('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"hi"}]}]}]}');
 * console.log(jsonToProto("logs", json).toString("hex")); // 0a081206120462026869
 * ```
 */
export function jsonToProto(signal: Signal, json: Uint8Array): Buffer {
  if (json.length > JSON_BYTES_MAX)
    throw new OperatingError("TOO_LARGE", `${json.length} bytes of JSON; at most ${JSON_BYTES_MAX} are read`);
  if (!isUtf8(json)) throw new OperatingError("JSON_MALFORMED", "not JSON: the text is not UTF-8");
  return new JsonToProto(Buffer.from(json.buffer, json.byteOffset, json.length)).request(REQUESTS[signal]);
}

type IntegerType = Exclude<ScalarType, "string" | "bytes" | "bool" | "double">;

/** The first value that fits, and the first that is too large. All are powers of two, so exact as numbers. */
const INT32_RANGE = [-(2 ** 31), 2 ** 31] as const;
const UINT32_RANGE = [0, 2 ** 32] as const;
const INT64_RANGE = [-(2 ** 63), 2 ** 63] as const;
const UINT64_RANGE = [0, 2 ** 64] as const;

const RANGES: Readonly<Record<IntegerType, readonly [min: number, limit: number]>> = {
  enum: INT32_RANGE,
  int32: INT32_RANGE,
  sint32: INT32_RANGE,
  uint32: UINT32_RANGE,
  fixed32: UINT32_RANGE,
  int64: INT64_RANGE,
  sfixed64: INT64_RANGE,
  uint64: UINT64_RANGE,
  fixed64: UINT64_RANGE,
};

/** Doubles that are strings in JSON and no numbers there. */
const SPECIAL_DOUBLES: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

class JsonToProto {
  readonly #reader: JsonReader;
  readonly #writer: ProtoWriter;
  /** At each level from 1 on: the field being read, and which element of it; -1 where it is not repeated. */
  readonly #fields: JsonField[] = [];
  readonly #elements: number[] = [];
  #level = 0;

  constructor(json: Buffer) {
    this.#reader = new JsonReader(json);
    this.#writer = new ProtoWriter(json.length >> 1);
  }

  request(type: JsonMessage): Buffer {
    if (this.#reader.peek() !== OPEN_BRACE) throw this.#mismatch("an object");
    this.#message(type);
    this.#reader.finish();
    return this.#writer.finish();
  }

  /** Writes the fields of the object that comes next. */
  #message(type: JsonMessage): void {
    const reader = this.#reader;
    const level = ++this.#level;
    reader.checkDepth(level);
    let read = 0;
    let written = 0;
    for (let more = reader.enter(CLOSE_BRACE); more; more = reader.more(CLOSE_BRACE)) {
      reader.key();
      const field = findField(type, reader.text, reader.start, reader.end);
      if (field === undefined) {
        reader.skip(level);
        continue;
      }
      this.#fields[level] = field;
      this.#elements[level] = -1;
      if ((read & field.bit) !== 0) throw this.#unmapped("the key occurs twice");
      read |= field.bit;
      if (reader.peek() === LOWER_N) {
        reader.null();
        continue;
      }
      if ((written & field.rivals) !== 0) throw this.#unmapped("another member of its oneof is set");
      written |= field.bit;
      if (field.field.repeated) this.#array(field);
      else this.#value(field);
    }
    this.#level--;
  }

  #array(field: JsonField): void {
    const reader = this.#reader;
    if (reader.peek() !== OPEN_BRACKET) throw this.#mismatch("an array");
    let more = reader.enter(CLOSE_BRACKET);
    if (!more) return;
    const frame = field.packed ? this.#open(field) : -1;
    for (let index = 0; more; index++, more = reader.more(CLOSE_BRACKET)) {
      this.#elements[this.#level] = index;
      this.#value(field);
    }
    if (frame >= 0) this.#writer.close(frame);
  }

  #value(field: JsonField): void {
    const { message } = field;
    if (message === undefined) {
      this.#scalar(field);
      return;
    }
    if (this.#reader.peek() !== OPEN_BRACE) throw this.#mismatch("an object");
    const frame = this.#open(field);
    this.#message(message);
    this.#writer.close(frame);
  }

  #open(field: JsonField): number {
    this.#writer.uint32(field.tag);
    return this.#writer.open();
  }

  #scalar(field: JsonField): void {
    const { type, role } = field.field;
    switch (type) {
      case "string":
        this.#string(field);
        break;
      case "bytes":
        if (role === "id") this.#id(field);
        else this.#bytes(field);
        break;
      case "bool":
        this.#bool(field);
        break;
      case "double":
        this.#double(field);
        break;
      default:
        this.#integer(field, type as IntegerType);
    }
  }

  #string(field: JsonField): void {
    const { text, start, end } = this.#text();
    if (!this.#lengthDelimited(field, end - start)) return;
    this.#writer.bytes(text, start, end);
  }

  #id(field: JsonField): void {
    const { text, start, end } = this.#text();
    const { idBytes } = field.field;
    if (start !== end && end - start !== 2 * idBytes)
      throw this.#unmapped(`expected ${2 * idBytes} hex digits, or none; found ${end - start}`);
    if (!this.#lengthDelimited(field, (end - start) / 2)) return;
    const at = this.#writer.room((end - start) / 2);
    const { target } = this.#writer;
    for (let pos = start, to = at; pos < end; pos += 2, to++) {
      const byte = hexByte(text, pos);
      if (byte < 0) throw this.#unmapped("not hexadecimal");
      target[to] = byte;
    }
  }

  #bytes(field: JsonField): void {
    const { text, start, end } = this.#text();
    const length = base64Length(text, start, end);
    if (length < 0) throw this.#unmapped("not base64");
    if (!this.#lengthDelimited(field, length)) return;
    const at = this.#writer.room(length);
    if (!decodeBase64(text, start, end, this.#writer.target, at)) throw this.#unmapped("not base64");
  }

  #bool(field: JsonField): void {
    const next = this.#reader.peek();
    if (next !== LOWER_T && next !== LOWER_F) throw this.#mismatch("true or false");
    const value = this.#reader.boolean();
    if (!value && !field.explicit) return;
    this.#tag(field);
    this.#writer.uint32(value ? 1 : 0);
  }

  #double(field: JsonField): void {
    const value = this.#doubleValue();
    if (Object.is(value, 0) && !field.explicit) return; // -0 is no default
    this.#tag(field);
    this.#writer.double(value);
  }

  #doubleValue(): number {
    const { text, start, end } = this.#number();
    if (scanNumber(text, start, end) !== end) {
      const value = SPECIAL_DOUBLES.get(text.toString("latin1", start, end));
      if (value === undefined) throw this.#unmapped("not a number");
      return value;
    }
    const value = parseDouble(text, start, end);
    if (!Number.isFinite(value)) throw this.#unmapped("out of range for a double");
    return value;
  }

  #integer(field: JsonField, type: IntegerType): void {
    if (type === "enum" && this.#reader.peek() === QUOTE) throw this.#mismatch("an enum's number");
    const { text, start, end } = this.#number();
    if (scanNumber(text, start, end) !== end) throw this.#unmapped("not a number");
    const value = parseInteger(text, start, end);
    const [min, limit] = RANGES[type];
    if (value === undefined || value < min || value >= limit)
      throw this.#unmapped(`not an integer in the range of ${type}`);
    if (value === 0 && !field.explicit) return;
    this.#tag(field);
    if (type === "fixed32") this.#writer.fixed32(Number(value));
    else if (type === "fixed64" || type === "sfixed64") this.#writer.fixed64(value);
    else this.#writer.varint(type === "sint32" ? zigzag(Number(value)) : value);
  }

  /** Tag and length of a string or bytes; false if there is nothing to write, as it is the default. */
  #lengthDelimited(field: JsonField, length: number): boolean {
    if (length === 0 && !field.explicit) return false;
    this.#tag(field);
    this.#writer.uint32(length);
    return true;
  }

  #tag(field: JsonField): void {
    if (!field.packed) this.#writer.uint32(field.tag);
  }

  /** Reads a string; it is in the reader then. */
  #text(): JsonReader {
    if (this.#reader.peek() !== QUOTE) throw this.#mismatch("a string");
    this.#reader.string();
    return this.#reader;
  }

  /** Reads a number, or a string that may hold one. */
  #number(): JsonReader {
    const next = this.#reader.peek();
    if (next === QUOTE) return this.#text();
    if (next in KINDS) throw this.#mismatch("a number");
    this.#reader.number();
    return this.#reader;
  }

  /** A value of the wrong kind. What is not even JSON, or too deep, is said first. */
  #mismatch(expected: string): OperatingError {
    const found = KINDS[this.#reader.peek()] ?? "a number";
    this.#reader.skip(this.#level);
    return this.#unmapped(`expected ${expected}, found ${found}`);
  }

  #unmapped(what: string): OperatingError {
    return new OperatingError("JSON_MAPPING", what, { path: this.#path() });
  }

  /** `resourceLogs[0].scopeLogs[2]`. At the top there is no path, only the request. */
  #path(): string {
    let path = "";
    for (let level = 1; level <= this.#level; level++) {
      const element = this.#elements[level]!;
      path += `${path === "" ? "" : "."}${this.#fields[level]!.field.jsonName}`;
      if (element >= 0) path += `[${element}]`;
    }
    return path === "" ? "request" : path;
  }
}

/** Kinds of JSON values by their first byte; all others are numbers. */
const KINDS: Readonly<Record<number, string>> = {
  [QUOTE]: "a string",
  [OPEN_BRACE]: "an object",
  [OPEN_BRACKET]: "an array",
  [LOWER_T]: "true",
  [LOWER_F]: "false",
  [LOWER_N]: "null",
};

function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}
