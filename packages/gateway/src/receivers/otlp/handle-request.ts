import type { IncomingMessage, ServerResponse } from "node:http";
import { createBatch, faultLog, type Log, type MetricRegistry, type Outcome } from "@scrim/pipeline";
import { jsonToProto, type Signal } from "@scrim/wire";
import { RECEIVER_REFUSED_REQUESTS, RECEIVER_REQUESTS } from "../../gateway-metrics.ts";
import { type Encoding, parseContentType } from "../../otlp/encoding.ts";
import { encodeExportResponse } from "../../otlp/export-response.ts";
import type { Admission, Reservation } from "./admission.ts";
import { readBody } from "./read-body.ts";
import { REFUSALS, Refusal, type RefusalReason, toRefusal } from "./refusal.ts";
import { type Reply, refusalReply, sendReply, successReply } from "./reply.ts";
import { type Route, readHead } from "./request-head.ts";

const TRANSPORT = "http";

export interface HandlerOptions {
  readonly receiver: string;
  readonly routes: ReadonlyMap<string, Route>;
  readonly max_request_body_size: number;
  readonly max_response_body_size: number;
  readonly admission: Admission;
  readonly metrics: MetricRegistry;
  readonly log: Log;
}

/** Answers one request. Never throws. `proceed` is called when the body is wanted: it answers `100 Continue`. */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  proceed: () => void,
) => Promise<void>;

/** The way of one request: head, body, pipelines, answer. */
export function requestHandler(options: HandlerOptions): RequestHandler {
  const { admission, max_response_body_size } = options;
  const countRefusal = refusalCounter(options);
  const logFault = faultLog(`receivers.${options.receiver}`, options.log);
  const succeeded = options.metrics.counter(RECEIVER_REQUESTS, {
    receiver: options.receiver,
    transport: TRANSPORT,
    outcome: "success",
  });

  return async (request, response, proceed) => {
    const reservation = admission.open();
    let reply: Reply;
    try {
      reply = await exportRequest(request, proceed, reservation, options);
      succeeded.add(1);
    } catch (error) {
      const refusal = toRefusal(error);
      countRefusal(refusal.reason);
      if (refusal.reason === "internal") logFault(error);
      reply = refusalReply(refusal, encodingOf(request), max_response_body_size);
    } finally {
      reservation.release();
    }
    sendReply(request, response, reply);
  };
}

/** Counts a request that was not answered with success. */
export function refusalCounter({ receiver, metrics }: Pick<HandlerOptions, "receiver" | "metrics">) {
  return (reason: RefusalReason): void => {
    const labels = { receiver, transport: TRANSPORT };
    metrics.counter(RECEIVER_REQUESTS, { ...labels, outcome: REFUSALS[reason].outcome }).add(1);
    metrics.counter(RECEIVER_REFUSED_REQUESTS, { ...labels, reason }).add(1);
  };
}

/** In which form a request is answered, whatever else is wrong with it. */
export function encodingOf(request: IncomingMessage): Encoding {
  return parseContentType(request.headers["content-type"]) ?? "json";
}

async function exportRequest(
  request: IncomingMessage,
  proceed: () => void,
  reservation: Reservation,
  options: HandlerOptions,
): Promise<Reply> {
  const head = readHead(request, options.routes, options.max_request_body_size);
  proceed();
  const body = await readBody(request, head, options.max_request_body_size, reservation);
  const bytes = head.encoding === "json" ? fromJson(head.signal, body) : body;
  const client = { address: request.socket.remoteAddress };
  const outcome = await head.consumer(createBatch(head.signal, bytes, client), TRANSPORT);
  return answer(head.signal, head.encoding, outcome, options.max_response_body_size);
}

/** No bytes are an empty request in protobuf; here they are so in JSON too. */
function fromJson(signal: Signal, body: Buffer): Buffer {
  return body.length === 0 ? body : jsonToProto(signal, body);
}

/** @throws {Refusal} unless everything was delivered, or left out on purpose */
function answer(signal: Signal, encoding: Encoding, outcome: Outcome, bytesMax: number): Reply {
  switch (outcome.status) {
    case "invalid":
      throw toRefusal(outcome.error);
    case "failed":
      throw new Refusal(outcome.retryable ? "undelivered" : "undeliverable", {
        retryAfterMs: outcome.retry_after_ms,
      });
    case "delivered": {
      const { rejected, reason } = outcome;
      const error_message = rejected === 0 ? "" : `${rejected} items were left out: ${reason}`;
      const body = encodeExportResponse(signal, encoding, { rejected, error_message }, bytesMax);
      if (body === undefined) throw new Refusal("response_size");
      return successReply(encoding, body);
    }
  }
}
