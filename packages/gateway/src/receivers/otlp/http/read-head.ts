import { parseContentEncoding } from "../../../codec/content-encoding.ts";
import { parseContentType } from "../../../otlp/encoding.ts";
import { headerOf, type IncomingRequest, pathOf } from "../incoming-request.ts";
import type { AcceptedHead } from "../protocol.ts";
import type { EndpointSettings } from "../receiver-settings.ts";
import { Refusal } from "../refusal.ts";

/** @throws {Refusal} */
export function readHead(
  request: IncomingRequest,
  { operations, request_bytes_max }: EndpointSettings,
): AcceptedHead {
  const operation = operations.get(pathOf(request));
  if (operation === undefined) throw new Refusal("unknown_path");
  if (request.method !== "POST") throw new Refusal("method");
  if (operation.kind === "unread") throw new Refusal("unread_signal");
  const encoding = parseContentType(headerOf(request, "content-type"));
  if (encoding === undefined) throw new Refusal("content_type");
  const compression = parseContentEncoding(headerOf(request, "content-encoding"));
  if (compression === undefined) throw new Refusal("content_encoding");
  const announcedBytes = announced(headerOf(request, "content-length"));
  if (announcedBytes > request_bytes_max) throw new Refusal("too_large");
  return { operation, encoding, compression, announcedBytes, timeoutMs: undefined };
}

/** Node refuses a Content-Length that is no number, or that the body does not keep to. */
function announced(contentLength: string | undefined): number {
  return contentLength !== undefined && /^\d+$/.test(contentLength) ? Number(contentLength) : 0;
}
