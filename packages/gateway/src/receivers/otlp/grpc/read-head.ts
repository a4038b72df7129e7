import { parseContentEncoding } from "../../../codec/content-encoding.ts";
import { headerOf, type IncomingRequest, pathOf } from "../incoming-request.ts";
import type { AcceptedHead } from "../protocol.ts";
import type { EndpointSettings } from "../receiver-settings.ts";
import { Refusal } from "../refusal.ts";
import { parseTimeout } from "./timeout.ts";

/** @throws {Refusal} */
export function readHead(request: IncomingRequest, { operations }: EndpointSettings): AcceptedHead {
  if (request.method !== "POST") throw new Refusal("method");
  if (!isGrpc(headerOf(request, "content-type"))) throw new Refusal("grpc_content_type");
  const operation = operations.get(pathOf(request));
  if (operation === undefined) throw new Refusal("unknown_path");
  if (operation.kind === "unread") throw new Refusal("unread_signal");
  const compression = parseContentEncoding(headerOf(request, "grpc-encoding"));
  if (compression === undefined) throw new Refusal("grpc_encoding");
  const timeout = headerOf(request, "grpc-timeout");
  const timeoutMs = timeout === undefined ? undefined : parseTimeout(timeout);
  if (timeout !== undefined && timeoutMs === undefined) throw new Refusal("grpc_timeout");
  return { operation, encoding: "protobuf", compression, announcedBytes: 0, timeoutMs };
}

/** `application/grpc`, alone or with `+proto`, whatever its case and parameters. */
function isGrpc(contentType: string | undefined): boolean {
  const [name] = (contentType ?? "").toLowerCase().split(/[ \t]*;/, 1);
  return name === "application/grpc" || name === "application/grpc+proto";
}
