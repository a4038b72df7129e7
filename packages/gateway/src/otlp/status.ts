import type { Encoding } from "./encoding.ts";
import { bytesField, integerField } from "./proto-field.ts";

/** google/rpc/code.proto, as far as we use it. */
export const RPC_CODES = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const;

/** What went wrong, as OTLP/HTTP tells it: google.rpc.Status. No part ever quotes what the client sent. */
export interface Status {
  readonly code: number;
  readonly message: string;
  /** For bad data: where (`byte 17`), and what is wrong there. */
  readonly violation?: { readonly field: string; readonly description: string };
}

const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto */
export function encodeStatus(status: Status, encoding: Encoding): Buffer {
  return encoding === "json" ? Buffer.from(JSON.stringify(toJson(status))) : toProto(status);
}

function toProto({ code, message, violation }: Status): Buffer {
  const head = [integerField(1, code), bytesField(2, message)];
  if (violation === undefined) return Buffer.concat(head);
  const fieldViolation = Buffer.concat([
    bytesField(1, violation.field),
    bytesField(2, violation.description),
  ]);
  const badRequest = bytesField(1, fieldViolation);
  const any = Buffer.concat([bytesField(1, BAD_REQUEST), bytesField(2, badRequest)]);
  return Buffer.concat([...head, bytesField(3, any)]);
}

function toJson({ code, message, violation }: Status): object {
  if (violation === undefined) return { code, message };
  return { code, message, details: [{ "@type": BAD_REQUEST, fieldViolations: [violation] }] };
}
