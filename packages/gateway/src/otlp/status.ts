import type { Encoding } from "./encoding.ts";
import { bytesField, integerField } from "./proto-field.ts";

/** google/rpc/code.proto, as far as we use it. */
export const RPC_CODES = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** What went wrong, as OTLP tells it: google.rpc.Status. No part ever quotes what the client sent. */
export interface Status {
  readonly code: number;
  readonly message: string;
  /** For bad data: where (`byte 17`), and what is wrong there. */
  readonly violation?: { readonly field: string; readonly description: string };
  /** For what may succeed later: how long to wait. */
  readonly retryDelayMs?: number;
}

const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";
const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

const MS_PER_SECOND = 1_000;
const NANOS_PER_MS = 1_000_000;

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto */
export function encodeStatus(status: Status, encoding: Encoding): Buffer {
  return encoding === "json" ? Buffer.from(JSON.stringify(toJson(status))) : toProto(status);
}

function toProto({ code, message, violation, retryDelayMs }: Status): Buffer {
  const details = [
    ...(violation === undefined ? [] : [any(BAD_REQUEST, badRequest(violation))]),
    ...(retryDelayMs === undefined ? [] : [any(RETRY_INFO, retryInfo(retryDelayMs))]),
  ];
  return Buffer.concat([integerField(1, code), bytesField(2, message), ...details]);
}

/** google.protobuf.Any, as `Status.details` holds it. */
function any(type: string, message: Buffer): Buffer {
  return bytesField(3, Buffer.concat([bytesField(1, type), bytesField(2, message)]));
}

function badRequest({ field, description }: NonNullable<Status["violation"]>): Buffer {
  return bytesField(1, Buffer.concat([bytesField(1, field), bytesField(2, description)]));
}

function retryInfo(delayMs: number): Buffer {
  const seconds = Math.floor(delayMs / MS_PER_SECOND);
  const nanos = Math.floor(delayMs - seconds * MS_PER_SECOND) * NANOS_PER_MS;
  return bytesField(1, Buffer.concat([integerField(1, seconds), integerField(2, nanos)]));
}

function toJson({ code, message, violation, retryDelayMs }: Status): object {
  const details = [
    ...(violation === undefined ? [] : [{ "@type": BAD_REQUEST, fieldViolations: [violation] }]),
    ...(retryDelayMs === undefined
      ? []
      : [{ "@type": RETRY_INFO, retryDelay: `${Math.floor(retryDelayMs) / MS_PER_SECOND}s` }]),
  ];
  return { code, message, ...(details.length === 0 ? {} : { details }) };
}
