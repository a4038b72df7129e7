import {
  ARRAY_VALUE,
  BOOL_VALUE,
  BYTES_VALUE,
  DOUBLE_VALUE,
  FieldWalker,
  INT_VALUE,
  KEY,
  KVLIST_VALUE,
  readInt64,
  STRING_VALUE,
  VALUE,
} from "@scrim/wire";
import { setOwn } from "./read-value.ts";

/** `values` of a list. */
const VALUES = 1;

/** A message in `bytes[start, end)`. */
export interface Message {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Calls `visit` for each field of a message, with the payload as a message of its own. */
export function eachField(
  { bytes, start, end }: Message,
  visit: (field: number, payload: Message) => void,
): void {
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  while (walker.next()) visit(walker.field, { bytes, start: walker.start, end: walker.end });
}

/** The payload of the last field of this number; undefined where there is none. */
export function lastField(message: Message, number: number): Message | undefined {
  let found: Message | undefined;
  eachField(message, (field, payload) => {
    if (field === number) found = payload;
  });
  return found;
}

export function textOf({ bytes, start, end }: Message): string {
  return bytes.toString("utf8", start, end);
}

export function hexOf({ bytes, start, end }: Message): string {
  return bytes.toString("hex", start, end);
}

/** Adds a `KeyValue` to attributes. Of two keys that are the same once they are redacted, the last counts. */
export function addKeyValue(target: Record<string, unknown>, pair: Message): void {
  let key = "";
  let value: unknown = null;
  eachField(pair, (field, payload) => {
    if (field === KEY) key = textOf(payload);
    else if (field === VALUE) value = anyValueOf(payload);
  });
  setOwn(target, key, value);
}

/** An `AnyValue` as the SDK has it. Only what {@link ValueWriter} wrote is ever read. */
export function anyValueOf(message: Message): unknown {
  let value: unknown = null;
  eachField(message, (field, payload) => {
    value = memberOf(field, payload);
  });
  return value;
}

function memberOf(field: number, payload: Message): unknown {
  const { bytes, start, end } = payload;
  switch (field) {
    case STRING_VALUE:
      return textOf(payload);
    case BOOL_VALUE:
      return bytes[start] !== 0;
    case INT_VALUE:
      return Number(readInt64(bytes, start, end));
    case DOUBLE_VALUE:
      return bytes.readDoubleLE(start);
    case ARRAY_VALUE: {
      const values: unknown[] = [];
      eachField(payload, (number, element) => {
        if (number === VALUES) values.push(anyValueOf(element));
      });
      return values;
    }
    case KVLIST_VALUE: {
      const map: Record<string, unknown> = {};
      eachField(payload, (number, pair) => {
        if (number === VALUES) addKeyValue(map, pair);
      });
      return map;
    }
    case BYTES_VALUE:
      return new Uint8Array(bytes.subarray(start, end));
    default:
      return null;
  }
}
