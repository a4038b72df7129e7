import { type Encoding, MEDIA_TYPES, parseContentType } from "../../../otlp/encoding.ts";
import { encodeStatus, RPC_CODES } from "../../../otlp/status.ts";
import { headerOf, type IncomingRequest } from "../incoming-request.ts";
import type { AcceptedHead } from "../protocol.ts";
import { REFUSALS, type Refusal } from "../refusal.ts";
import type { Reply } from "../reply.ts";
import { retryDelayMs } from "../retry-delay.ts";

export function successReply({ encoding }: AcceptedHead, body: Buffer): Reply {
  return { status: 200, headers: bodyHeaders(encoding, body), body };
}

const MS_PER_SECOND = 1_000;

/** The answer to a request that was refused: google.rpc.Status in the request's own encoding. */
export function refusalReply(refusal: Refusal, encoding: Encoding, bytesMax: number): Reply {
  const { http, rpc } = REFUSALS[refusal.reason];
  const { message, violation, challenge } = refusal;
  const detailed = rpc === RPC_CODES.INVALID_ARGUMENT && violation !== undefined;
  const status = encodeStatus({ code: rpc, message, ...(detailed ? { violation } : {}) }, encoding);
  const body = status.length <= bytesMax ? status : Buffer.alloc(0);
  const headers = {
    ...bodyHeaders(encoding, body),
    ...(http === 405 ? { allow: "POST" } : {}),
    ...(http === 401 && challenge !== undefined ? { "www-authenticate": challenge } : {}),
    ...(refusal.retryable
      ? { "retry-after": String(Math.ceil(retryDelayMs(refusal.retryAfterMs) / MS_PER_SECOND)) }
      : {}),
  };
  return { status: http, headers, body };
}

/** In which form a request is answered, whatever else is wrong with it. */
export function encodingOf(request: Pick<IncomingRequest, "headers">): Encoding {
  return parseContentType(headerOf(request, "content-type")) ?? "json";
}

function bodyHeaders(encoding: Encoding, body: Buffer): Record<string, string> {
  return { "content-type": MEDIA_TYPES[encoding], "content-length": String(body.length) };
}
