import { OperatingError } from "@scrim/errors";
import {
  type Batch,
  type ClientInfo,
  createBatch,
  faultLog,
  type Log,
  type MetricRegistry,
  type Outcome,
  passStep,
  troubleLog,
} from "@scrim/pipeline";
import { jsonToProto, type Signal } from "@scrim/wire";
import type { Encoding } from "../../otlp/encoding.ts";
import { encodeExportResponse } from "../../otlp/export-response.ts";
import { AccessRecord } from "./access-record.ts";
import type { Admission } from "./admission.ts";
import { Answer } from "./answer.ts";
import { authenticate } from "./authenticate.ts";
import { checkHeaders } from "./check-headers.ts";
import { checkShape } from "./check-shape.ts";
import type { LimitsConfig } from "./config/limits-config.ts";
import { answerHealth } from "./grpc/health.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import type { Peers } from "./peers.ts";
import type { AcceptedHead, Protocol } from "./protocol.ts";
import { readMessage } from "./read-message.ts";
import type { CurrentSettings } from "./receiver-settings.ts";
import { Refusal, type RefusalReason, toRefusal } from "./refusal.ts";
import { requestCounter } from "./request-counter.ts";

export interface ServerOptions {
  readonly receiver: string;
  readonly current: CurrentSettings;
  readonly admission: Admission;
  readonly peers: Peers;
  /** Whether the gateway is ready, for the health service. */
  isReady(): boolean;
  readonly metrics: MetricRegistry;
  readonly log: Log;
}

/**
 * Answers one request; with a refusal, where one is given. Resolves when nothing is done for it any more, which may be
 * after its answer. Never throws.
 */
export type ServeRequest = (request: IncomingRequest, refusal?: Refusal) => Promise<void>;

const UNKNOWN_CLIENTS = { begins: "can't tell who clients are", ends: "can tell who clients are again" };

/** A timer can't be set for longer; nobody waits for so long. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The way of one request over any protocol: head, who sends it, body, pipelines, answer. */
export function requestServer(protocol: Protocol, options: ServerOptions): ServeRequest {
  const { receiver, current, admission, peers, metrics, log } = options;
  const { transport } = protocol;
  const counter = requestCounter(receiver, transport, metrics);
  const logFault = faultLog(`receivers.${receiver}`, log);
  const logUnknown = troubleLog(`receivers.${receiver}`, log, UNKNOWN_CLIENTS);
  const toldOfAuthenticator = (problem: unknown): void => {
    if (problem === undefined) logUnknown("");
    else if (problem instanceof OperatingError) logUnknown(problem.line);
    else logFault(problem);
  };

  return async (request, refusal) => {
    const { limits, [transport]: endpoint } = current.settings;
    if (endpoint === undefined) return; // a protocol that is served has settings
    const access = new AccessRecord(receiver, transport, log);
    const answer = new Answer(request, protocol, endpoint, counter, access);
    const reservation = admission.open();
    let deadline: NodeJS.Timeout | undefined;
    let leave: (() => void) | undefined;
    try {
      if (refusal !== undefined) throw refusal;
      checkHeaders(request, limits);
      const aside = protocol.answerAside(request, endpoint);
      if (aside !== undefined) return request.send(aside);
      const head = protocol.readHead(request, endpoint);
      if (head.timeoutMs !== undefined && head.timeoutMs <= TIMER_MS_MAX)
        deadline = setTimeout(() => answer.refuse(new Refusal("deadline")), head.timeoutMs);
      // Probes can't prove who they are, and learn nothing but whether the gateway is ready.
      if (head.operation.kind === "export") access.signal = head.operation.signal;
      const identity =
        head.operation.kind === "health"
          ? undefined
          : await authenticate(request, endpoint.authenticator, toldOfAuthenticator);
      access.client = identity?.name;
      leave = peers.enter(request.peer.address, limits.max_requests_per_peer);
      request.proceed();
      const message = await readMessage(request, protocol, head, endpoint, reservation);
      if (answer.given) return; // nobody waits for it any more
      access.bytes = message.length;
      if (head.operation.kind === "health") {
        answer.succeed(head, answerHealth(message, options.isReady()));
        return;
      }
      const batch = toBatch(
        head,
        head.operation.signal,
        message,
        { address: request.peer.address, identity },
        limits,
      );
      access.items = batch.items;
      reservation.take(batch.bytes.length); // for what processors make of it
      const outcome = await head.operation.consumer(batch, transport);
      answer.succeed(
        head,
        answerOf(outcome, head.operation.signal, head.encoding, endpoint.response_bytes_max),
      );
      passStep("answered", batch);
    } catch (error) {
      const reason = toRefusal(error);
      // What a pipeline could not do it has logged itself.
      if (reason.reason === "internal" && reason !== error) logFault(error);
      answer.refuse(reason);
    } finally {
      clearTimeout(deadline);
      leave?.();
      reservation.release();
    }
  };
}

function toBatch(
  { encoding }: AcceptedHead,
  signal: Signal,
  message: Buffer,
  client: ClientInfo,
  limits: LimitsConfig,
): Batch {
  // No bytes are an empty request in protobuf; here they are so in JSON too.
  const bytes = encoding === "json" && message.length > 0 ? jsonToProto(signal, message) : message;
  const batch = createBatch(signal, bytes, client);
  checkShape(batch, limits);
  return batch;
}

function toRefusalReason({ reason, retryable }: Outcome & { status: "failed" }): RefusalReason {
  if (reason !== "destination") return reason;
  return retryable ? "undelivered" : "undeliverable";
}

/** @throws {Refusal} unless everything was delivered, or left out on purpose */
function answerOf(outcome: Outcome, signal: Signal, encoding: Encoding, bytesMax: number): Buffer {
  switch (outcome.status) {
    case "invalid":
      throw toRefusal(outcome.error);
    case "failed":
      throw new Refusal(toRefusalReason(outcome), { retryAfterMs: outcome.retry_after_ms });
    case "delivered": {
      const { rejected, reason, warning = "" } = outcome;
      const error_message = rejected === 0 ? warning : `${rejected} items were left out: ${reason}`;
      const body = encodeExportResponse(signal, encoding, { rejected, error_message }, bytesMax);
      if (body === undefined) throw new Refusal("response_size");
      return body;
    }
  }
}
