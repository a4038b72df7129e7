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
 * Every way a request can end without success, with its status over HTTP and its code over gRPC. Clients try again only after
 * 429, 502, 503 and 504, and after UNAVAILABLE, so whatever may pass is 503 and UNAVAILABLE.
 */
export const REFUSALS = {
  unknown_path: {
    http: 404,
    rpc: RPC_CODES.UNIMPLEMENTED,
    outcome: "refused",
    message: "nothing is served at this path",
  },
  unread_signal: {
    http: 404,
    rpc: RPC_CODES.UNIMPLEMENTED,
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
  grpc_content_type: {
    http: 415,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "only gRPC with protobuf is served here: content-type must be application/grpc",
  },
  content_encoding: {
    http: 415,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "Content-Encoding must be gzip, zstd, deflate or absent",
  },
  grpc_encoding: {
    http: 415,
    rpc: RPC_CODES.UNIMPLEMENTED,
    outcome: "refused",
    message: "grpc-encoding must be gzip, zstd, deflate, identity or absent",
  },
  grpc_framing: {
    http: 400,
    rpc: RPC_CODES.INTERNAL,
    outcome: "refused",
    message: "the request is not exactly one gRPC message",
  },
  grpc_timeout: {
    http: 400,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "grpc-timeout must be up to eight digits and one of H, M, S, m, u, n",
  },
  unknown_service: {
    http: 404,
    rpc: RPC_CODES.NOT_FOUND,
    outcome: "refused",
    message: "there is no such service to tell the health of",
  },
  unauthenticated: {
    http: 401,
    rpc: RPC_CODES.UNAUTHENTICATED,
    outcome: "refused",
    message: "the client did not prove who it is",
  },
  forbidden: {
    http: 403,
    rpc: RPC_CODES.PERMISSION_DENIED,
    outcome: "refused",
    message: "this client may not send here",
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
  authenticator: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "failure",
    message: "who the client is can't be told now; send it again later",
  },
  header_count: {
    http: 431,
    rpc: RPC_CODES.RESOURCE_EXHAUSTED,
    outcome: "refused",
    message: "there are too many headers",
  },
  items: {
    http: 400,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "the request has too many items",
  },
  attributes: {
    http: 400,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "an item has too many attributes",
  },
  key_size: {
    http: 400,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "the key of an attribute is too long",
  },
  value_size: {
    http: 400,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "a value is too long",
  },
  fragmented: {
    http: 400,
    rpc: RPC_CODES.INVALID_ARGUMENT,
    outcome: "refused",
    message: "the body comes in too many pieces for its length",
  },
  deadline: {
    http: 504,
    rpc: RPC_CODES.DEADLINE_EXCEEDED,
    outcome: "failure",
    message: "the client's deadline has passed",
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
  peer_requests: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "failure",
    message: "too many requests of this address are in flight; send it again later",
  },
  streams: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "failure",
    message: "too many requests of this connection are in flight; send it again later",
  },
  connections: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "failure",
    message: "too many connections are open; try again later",
  },
  peer_connections: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "failure",
    message: "too many connections of this address are open; try again later",
  },
  flood: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "refused",
    message: "the connection sent too many control frames",
  },
  tls_handshake: {
    http: 400,
    rpc: RPC_CODES.UNAUTHENTICATED,
    outcome: "refused",
    message: "the TLS handshake failed",
  },
  undelivered: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "failure",
    message: "a destination can't be reached; send it again later",
  },
  queue_full: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "failure",
    message: "there is no room to keep the request; send it again later",
  },
  queue_failed: {
    http: 503,
    rpc: RPC_CODES.UNAVAILABLE,
    outcome: "failure",
    message: "the request could not be written to the disk; send it again later",
  },
  undeliverable: {
    http: 500,
    rpc: RPC_CODES.INTERNAL,
    outcome: "failure",
    message: "a destination refused the data for good",
  },
  response_size: {
    http: 500,
    rpc: RPC_CODES.RESOURCE_EXHAUSTED,
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

interface RefusalDetails {
  readonly error?: OperatingError;
  readonly violation?: { readonly field: string; readonly description: string };
  readonly retryAfterMs?: number;
  readonly challenge?: string;
}

/** A request that ends without success, thrown on its way to where it is answered. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: RefusalReason;
  /** Where in the request, and what: from our own errors, which quote no data. */
  readonly violation: { readonly field: string; readonly description: string } | undefined;
  /** How long the destination asked to be left alone. */
  readonly retryAfterMs: number;
  /** For `WWW-Authenticate`: what would be accepted. */
  readonly challenge: string | undefined;

  constructor(reason: RefusalReason, details: RefusalDetails = {}) {
    const { error, violation, retryAfterMs = 0, challenge } = details;
    super(error === undefined ? REFUSALS[reason].message : error.line);
    this.reason = reason;
    this.violation =
      error === undefined ? violation : { field: error.path ?? "body", description: error.message };
    this.retryAfterMs = retryAfterMs;
    this.challenge = challenge;
  }

  /** Whether the client may send the same request again. */
  get retryable(): boolean {
    return REFUSALS[this.reason].http === 503;
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
