import type { IncomingMessage } from "node:http";
import type { Consumer } from "@scrim/pipeline";
import type { Signal } from "@scrim/wire";
import { type Compression, parseContentEncoding } from "../../codec/content-encoding.ts";
import { type Encoding, parseContentType } from "../../otlp/encoding.ts";
import { Refusal } from "./refusal.ts";

/** What is served at a path. */
export interface Route {
  readonly signal: Signal;
  /** Undefined where no pipeline takes the signal. */
  readonly consumer: Consumer | undefined;
}

/** A request that is worth reading. */
export interface AcceptedHead {
  readonly signal: Signal;
  readonly consumer: Consumer;
  readonly encoding: Encoding;
  readonly compression: Compression | "identity";
  /** `Content-Length`; 0 where the body comes in chunks. */
  readonly announcedBytes: number;
}

/**
 * Decides by path, method and headers alone, before any of the body is read.
 *
 * @throws {Refusal}
 */
export function readHead(
  request: IncomingMessage,
  routes: ReadonlyMap<string, Route>,
  bytesMax: number,
): AcceptedHead {
  const route = routes.get(request.url?.split("?", 1)[0] ?? "");
  if (route === undefined) throw new Refusal("unknown_path");
  if (request.method !== "POST") throw new Refusal("method");
  if (route.consumer === undefined) throw new Refusal("unread_signal");
  const { headersDistinct: headers } = request;
  const encoding = parseContentType(only(headers["content-type"]));
  if (encoding === undefined) throw new Refusal("content_type");
  const compression = parseContentEncoding(only(headers["content-encoding"] ?? [""]));
  if (compression === undefined) throw new Refusal("content_encoding");
  const announcedBytes = Number(headers["content-length"]?.[0] ?? 0); // Node has checked that it is a number
  if (announcedBytes > bytesMax) throw new Refusal("too_large");
  return { signal: route.signal, consumer: route.consumer, encoding, compression, announcedBytes };
}

/** A header's value, if it was sent once. Peers differ on which of several counts; so none does. */
function only(values: readonly string[] | undefined): string | undefined {
  return values?.length === 1 ? values[0] : "several values";
}
