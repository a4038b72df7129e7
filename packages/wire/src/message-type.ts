import { I32, I64, LEN, VARINT } from "./field-walker.ts";

/** Scalar types of protobuf that OTLP uses, by their names in .proto files. */
export type ScalarType =
  | "string"
  | "bytes"
  | "bool"
  | "enum"
  | "int32"
  | "sint32"
  | "uint32"
  | "int64"
  | "uint64"
  | "fixed32"
  | "fixed64"
  | "sfixed64"
  | "double";

/**
 * What a field means to a redactor.
 *
 * - `text`: a string that says something by itself: scanned
 * - `key`: an attribute's key
 * - `id`: a trace, span or profile id: bytes of a fixed length, hex in JSON
 * - `index`: a reference into a profile's string table; means nothing outside profiles and is dropped there
 * - `opaque`: bytes nobody can look into; dropped
 * - `plain`: everything else
 */
export type FieldRole = "text" | "key" | "id" | "index" | "opaque" | "plain";

export interface Field {
  readonly number: number;
  /** `time_unix_nano`: the name in the .proto file. */
  readonly name: string;
  /** `timeUnixNano`: the name in JSON. */
  readonly jsonName: string;
  readonly type: ScalarType | "message";
  /** The wire type of one value; repeated scalars may also come packed, as `LEN`. */
  readonly wire: number;
  readonly repeated: boolean;
  /** Present exactly if `type` is "message". */
  readonly message: MessageType | undefined;
  readonly oneof: string | undefined;
  /** Presence is tracked even where the value is the default: proto3 `optional`, and members of a oneof. */
  readonly optional: boolean;
  readonly role: FieldRole;
  /** For role `id`: how many bytes a valid one has. */
  readonly idBytes: number;
}

export interface MessageType {
  readonly name: string;
  /** By field number; holes where the specification has none. */
  readonly fields: readonly (Field | undefined)[];
}

export interface FieldOptions {
  readonly repeated?: boolean;
  readonly oneof?: string;
  readonly optional?: boolean;
  readonly role?: FieldRole;
  readonly idBytes?: number;
}

type FieldRow = readonly [
  number: number,
  name: string,
  type: ScalarType | MessageType,
  options?: FieldOptions,
];

const WIRE_TYPES: Record<ScalarType, number> = {
  string: LEN,
  bytes: LEN,
  bool: VARINT,
  enum: VARINT,
  int32: VARINT,
  sint32: VARINT,
  uint32: VARINT,
  int64: VARINT,
  uint64: VARINT,
  fixed32: I32,
  fixed64: I64,
  sfixed64: I64,
  double: I64,
};

/** Describes one message of a .proto file. Strings are text unless a row says otherwise. */
export function message(name: string, rows: readonly FieldRow[]): MessageType {
  return define({ name, fields: [] }, rows);
}

/** A message type that others can refer to before its fields are known, for types that contain themselves. */
export function forward(name: string): MessageType {
  return { name, fields: [] };
}

/** Gives a type made by {@link forward} its fields. */
export function define(type: MessageType, rows: readonly FieldRow[]): MessageType {
  const fields = type.fields as (Field | undefined)[];
  const last = Math.max(...rows.map(([number]) => number));
  for (let number = 0; number <= last; number++) fields.push(undefined); // packed array: fast to index
  for (const [number, fieldName, fieldType, options] of rows)
    fields[number] = field(number, fieldName, fieldType, options);
  return type;
}

function field(
  number: number,
  name: string,
  type: ScalarType | MessageType,
  options: FieldOptions = {},
): Field {
  const scalar = typeof type === "string" ? type : undefined;
  return {
    number,
    name,
    jsonName: name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    type: scalar ?? "message",
    wire: scalar === undefined ? LEN : WIRE_TYPES[scalar],
    repeated: options.repeated ?? false,
    message: typeof type === "string" ? undefined : type,
    oneof: options.oneof,
    optional: options.optional ?? options.oneof !== undefined,
    role: options.role ?? (scalar === "string" ? "text" : "plain"),
    idBytes: options.idBytes ?? 0,
  };
}
