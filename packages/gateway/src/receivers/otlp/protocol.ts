import type { Compression } from "../../codec/content-encoding.ts";
import type { Reserve } from "../../codec/growing-buffer.ts";
import type { Encoding } from "../../otlp/encoding.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import type { EndpointSettings, Operation } from "./receiver-settings.ts";
import type { Refusal } from "./refusal.ts";
import type { Reply } from "./reply.ts";

/** A request that is worth reading: what path, method and headers alone say of it. */
export interface AcceptedHead {
  readonly operation: Exclude<Operation, { readonly kind: "unread" }>;
  readonly encoding: Encoding;
  readonly compression: Compression | "identity";
  /** How long the body is said to be; 0 where it is not said. */
  readonly announcedBytes: number;
  /** How long the client waits for the answer; undefined if it doesn't say. */
  readonly timeoutMs: number | undefined;
}

/** A request's message as it was sent, without the protocol's frame around it. */
export interface SentMessage {
  readonly bytes: Buffer;
  readonly compression: Compression | "identity";
}

/** Takes the pieces of a body as they come. Copies them; keeps none. */
export interface MessageSink {
  /** @throws {Refusal} and {OperatingError} `TOO_LARGE`, as soon as the message can't be accepted any more */
  append(piece: Uint8Array): void;
  /** The message, once the body has ended. @throws {Refusal} if it is not whole */
  take(): SentMessage;
}

/** What a protocol does its own way. All else is the same for each: `serve-request.ts`. */
export interface Protocol {
  /** As settings and metrics call it. */
  readonly transport: "http" | "grpc";
  /**
   * Decides by path, method and headers alone, before any of the body is read.
   *
   * @throws {Refusal}
   */
  readHead(request: IncomingRequest, endpoint: EndpointSettings): AcceptedHead;
  openMessage(head: AcceptedHead, endpoint: EndpointSettings, reserve: Reserve): MessageSink;
  succeed(head: AcceptedHead, message: Buffer): Reply;
  refuse(refusal: Refusal, request: IncomingRequest, endpoint: EndpointSettings): Reply;
  /** Answers what asks for nothing that is exported, and reads no body: a preflight. Undefined for all else. */
  answerAside(request: IncomingRequest, endpoint: EndpointSettings): Reply | undefined;
  /** Headers of every answer, whatever it is. */
  headersAround(request: IncomingRequest, endpoint: EndpointSettings): Readonly<Record<string, string>>;
}
