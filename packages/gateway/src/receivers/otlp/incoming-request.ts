import type { X509Certificate } from "node:crypto";
import type { Readable } from "node:stream";
import type { Reply } from "./reply.ts";

/** The connection that requests come by, as far as it says who sends them. */
export interface Peer {
  readonly address: string | undefined;
  /** The client's, where TLS has verified one. */
  readonly certificate: X509Certificate | undefined;
}

/** One request as it comes in, by HTTP/1.1 or as a stream of HTTP/2. Nothing of its body was read. */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Names and values in turn, as sent: of one that came twice, both. */
  readonly headers: readonly string[];
  readonly body: Readable;
  readonly peer: Peer;
  /** Whether the body that has ended is all of it: a stream that is reset ends too. */
  isWhole(): boolean;
  /** Says that the body is wanted, to clients that wait to be asked. */
  proceed(): void;
  /** Answers. Where the body was not read to its end, the client is told to stop. No effect if the peer is gone. */
  send(reply: Reply): void;
}

/** The path without its query, which nobody reads. */
export function pathOf({ target }: IncomingRequest): string {
  const query = target.indexOf("?");
  return query < 0 ? target : target.slice(0, query);
}

/** What {@link headerOf} says of a header that came more than once: peers differ on which counts, so none does. */
export const SEVERAL = "several values";

/** The value of a header; undefined if it was not sent. */
export function headerOf({ headers }: Pick<IncomingRequest, "headers">, name: string): string | undefined {
  let value: string | undefined;
  for (let at = 0; at < headers.length; at += 2) {
    if (!isNamed(headers[at]!, name)) continue;
    if (value !== undefined) return SEVERAL;
    value = headers[at + 1]!;
  }
  return value;
}

/** Every value of a header, in the order sent. */
export function headersOf({ headers }: Pick<IncomingRequest, "headers">, name: string): readonly string[] {
  return headers.filter((_, at) => at % 2 === 1 && isNamed(headers[at - 1]!, name));
}

function isNamed(sent: string, name: string): boolean {
  return sent.length === name.length && sent.toLowerCase() === name;
}
