import { type ErrorCode, OperatingError } from "@scrim/errors";
import { RPC_CODES } from "../../otlp/status.ts";

interface RefusalRow {
  readonly http: number;
  readonly rpc: number;
  /** Whose doing it is, for the metric: the client's (`refused`), or ours or a destination's (`failure`). */
  readonly outcome: "refused" | "failure";
  readonly message: string;
}

/**
 * Every way a request can end without success. Clients try again only after 429, 502, 503 and 504, so whatever may
 * pass is 503, and nothing else is.
 */
export const REFUSALS = {
  unknown_path: {
    http: 404,
    rpc: RPC_CODES.NOT_FOUND,
    outcome: "refused",
    message: "nothing is served at this path",
  },
  unread_signal: {
    http: 404,
    rpc: RPC_CODES.NOT_FOUND,
    outcome: "refused",
    message: "no pipeline takes this signal",
  },
  method: {
    http: 405,
    rpc: RPC_CODES.UNIMPLEMENTED,
    outcome: "refused",
    message: "only POST is served at this path",
  },
  content_type: {
    http: 415,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "Content-Type must be application/x-protobuf or application/json",
  },
  content_encoding: {
    http: 415,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "Content-Encoding must be gzip, zstd, deflate or absent",
  },
  expectation: {
    http: 417,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "the only expectation that can be met is 100-continue",
  },
  too_large: {
    http: 413,
    rpc: RPC_CODES.RESOURCE_EXHAUSTED,
    outcome: "refused",
    message: "the request is too large",
  },
  malformed: {
    http: 400,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "the request can't be decoded",
  },
  malformed_http: {
    http: 400,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "not a well-formed HTTP request",
  },
  header_size: {
    http: 431,
    rpc: RPC_CODES.RESOURCE_EXHAUSTED,
    outcome: "refused",
    message: "the headers are too large",
  },
  slow: {
    http: 408,
    rpc: RPC_CODES.DEADLINE_EXCEEDED,
    outcome: "refused",
    message: "the request took too long to arrive",
  },
  cut_off: {
    http: 400,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "the connection closed before the request was whole",
  },
  overloaded: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "failure",
    message: "too much is in flight; send it again later",
  },
  undelivered: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "failure",
    message: "a destination can't be reached; send it again later",
  },
  undeliverable: {
    http: 500,
    rpc: RPC_CODES.INTERNAL,
    outcome: "failure",
    message: "a destination refused the data for good",
  },
  response_size: {
    http: 500,
    rpc: RPC_CODES.INTERNAL,
    outcome: "failure",
    message: "the response does not fit its limit",
  },
  internal: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "failure",
    message: "the gateway could not process the request; send it again later",
  },
} as const satisfies Record<string, RefusalRow>;

export type RefusalReason = keyof typeof REFUSALS;

/** A request that ends without success, thrown on its way to where it is answered. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: RefusalReason;
  /** Where in the request, and what: from our own errors, which quote no data. */
  readonly violation: { readonly field: string; readonly description: string } | undefined;
  /** How long the destination asked to be left alone. */
  readonly retryAfterMs: number;

  constructor(
    reason: RefusalReason,
    details: { readonly error?: OperatingError; readonly retryAfterMs?: number } = {},
  ) {
    const { error, retryAfterMs = 0 } = details;
    super(error === undefined ? REFUSALS[reason].message : error.line);
    this.reason = reason;
    this.violation = error && { field: error.path ?? "body", description: error.message };
    this.retryAfterMs = retryAfterMs;
  }
}

/** Errors of our own readers, whose messages are known to quote nothing. */
const READING_ERRORS: Readonly<Partial<Record<ErrorCode, RefusalReason>>> = {
  ENCODING_MALFORMED: "malformed",
  JSON_MALFORMED: "malformed",
  JSON_MAPPING: "malformed",
  TOO_DEEP: "malformed",
  TOO_LARGE: "too_large",
  WIRE_MALFORMED: "malformed",
  WIRE_TRUNCATED: "malformed",
};

/** What the client is told of an error. Of one that we don't know, a processor's perhaps, nothing but that it is. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof OperatingError)) return new Refusal("internal");
  const reason = READING_ERRORS[error.code];
  return reason === undefined ? new Refusal("malformed") : new Refusal(reason, { error });
}
