import { decodeRequest, type JsonObject } from "@scrim/wire";

/** One length-delimited field. */
export function field(number: number, payload: Buffer | string): Buffer {
  const body = Buffer.from(payload as string);
  return Buffer.concat([varint(BigInt((number << 3) | 2)), varint(BigInt(body.length)), body]);
}

export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** The payload of an `AnyValue`. */
export const value = {
  string: (text: Buffer | string) => field(1, text),
  bool: (truth: boolean) => Buffer.of(0x10, Number(truth)),
  int: (number: bigint) => Buffer.concat([Buffer.of(0x18), varint(number)]),
  double(number: number) {
    const bytes = Buffer.of(0x21, 0, 0, 0, 0, 0, 0, 0, 0);
    bytes.writeDoubleLE(number, 1);
    return bytes;
  },
  array: (...elements: readonly Buffer[]) => field(5, Buffer.concat(elements.map((each) => field(1, each)))),
  map: (...members: readonly (readonly [key: string, value: Buffer])[]) =>
    field(6, Buffer.concat(members.map(([key, each]) => field(1, keyValue(key, each))))),
  bytes: (bytes: Buffer | string) => field(7, bytes),
  empty: Buffer.alloc(0),
};

export function keyValue(key: Buffer | string, each: Buffer): Buffer {
  return Buffer.concat([field(1, key), field(2, each)]);
}

/** Fields of a log record. */
export const attribute = (key: Buffer | string, each: Buffer) => field(6, keyValue(key, each));
export const body = (each: Buffer) => field(5, each);
export const TRACE_ID = field(9, Buffer.from("0102030405060708090a0b0c0d0e0f10", "hex"));
export const TIME = Buffer.from([0x09, 1, 2, 3, 4, 5, 6, 7, 8]);

/** A log record of these fields. */
export const record = (...fields: readonly Buffer[]) => Buffer.concat(fields);

/** An `ExportLogsServiceRequest` of records. */
export function logs(...records: readonly Buffer[]): Buffer {
  return field(1, field(2, Buffer.concat(records.map((each) => field(2, each)))));
}

/** The same under a resource with these string attributes. */
export function logsOf(
  resource: readonly (readonly [key: string, text: string])[],
  ...records: readonly Buffer[]
): Buffer {
  const attributes = resource.map(([key, text]) => field(1, keyValue(key, value.string(text))));
  const scope = field(2, Buffer.concat(records.map((each) => field(2, each))));
  return field(1, Buffer.concat([field(1, Buffer.concat(attributes)), scope]));
}

interface LogsRequest {
  readonly resourceLogs?: readonly {
    readonly scopeLogs?: readonly { readonly logRecords?: readonly JsonObject[] }[];
  }[];
}

/** The log records of a request, in OTLP's JSON form. */
export function recordsOf(request: Buffer): readonly JsonObject[] {
  const { resourceLogs = [] } = decodeRequest("logs", request) as LogsRequest;
  return resourceLogs.flatMap(({ scopeLogs = [] }) => scopeLogs.flatMap(({ logRecords = [] }) => logRecords));
}
