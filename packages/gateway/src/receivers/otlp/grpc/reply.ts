import { encodeStatus, RPC_CODES } from "../../../otlp/status.ts";
import { REFUSALS, type Refusal, type RefusalReason } from "../refusal.ts";
import type { Reply } from "../reply.ts";
import { retryDelayMs } from "../retry-delay.ts";
import { percentEncode } from "./percent-encode.ts";

const HEADERS = { "content-type": "application/grpc" } as const;

const PREFIX_BYTES = 5;

/** Messages of success are some bytes long: never compressed. */
export function successReply(message: Buffer): Reply {
  const body = Buffer.alloc(PREFIX_BYTES + message.length);
  body.writeUInt32BE(message.length, 1);
  body.set(message, PREFIX_BYTES);
  return { status: 200, headers: HEADERS, body, trailers: { "grpc-status": "0" } };
}

/** What is no gRPC at all is told so by HTTP too. All else is 200 there, as every answer of gRPC. */
const HTTP_STATUS: Readonly<Partial<Record<RefusalReason, number>>> = {
  grpc_content_type: 415,
  method: 405,
};

/** What a message can be compressed by, for a client that used something else. */
const ACCEPTED_ENCODINGS = { "grpc-accept-encoding": "identity,gzip,zstd,deflate" } as const;

/**
 * Proxies and clients bound the headers they take, often to 8 KiB in all. Messages are ours, and short; this is what
 * holds if one is not.
 */
const MESSAGE_LENGTH_MAX = 1_024;
const DETAILS_BYTES_MAX = 4 * 1024;

/** A refusal, in one frame of headers that ends the stream: some clients look for the status nowhere else. */
export function refusalReply(refusal: Refusal): Reply {
  const { rpc } = REFUSALS[refusal.reason];
  const { message, challenge } = refusal;
  const details = detailsOf(refusal);
  const headers = {
    ...HEADERS,
    "grpc-status": String(rpc),
    "grpc-message": percentEncode(message.slice(0, MESSAGE_LENGTH_MAX)),
    ...(details === undefined ? {} : { "grpc-status-details-bin": details }),
    ...(refusal.reason === "grpc_encoding" ? ACCEPTED_ENCODINGS : {}),
    ...(rpc === RPC_CODES.UNAUTHENTICATED && challenge !== undefined
      ? { "www-authenticate": challenge }
      : {}),
  };
  return { status: HTTP_STATUS[refusal.reason] ?? 200, headers, body: Buffer.alloc(0) };
}

/** google.rpc.Status in base64 without padding, where there is more to say than code and message. */
function detailsOf(refusal: Refusal): string | undefined {
  const { rpc } = REFUSALS[refusal.reason];
  const { message, violation } = refusal;
  const detailed = rpc === RPC_CODES.INVALID_ARGUMENT && violation !== undefined;
  if (!detailed && !refusal.retryable) return undefined;
  const status = encodeStatus(
    {
      code: rpc,
      message,
      ...(detailed ? { violation } : {}),
      ...(refusal.retryable ? { retryDelayMs: retryDelayMs(refusal.retryAfterMs) } : {}),
    },
    "protobuf",
  );
  return status.length > DETAILS_BYTES_MAX ? undefined : status.toString("base64").replace(/=+$/, "");
}
