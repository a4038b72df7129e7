import { constants } from "node:http2";

/** https://github.com/grpc/grpc/blob/master/doc/statuscodes.md, by number; named as our metrics do. */
export const GRPC_STATUSES = [
  "ok",
  "cancelled",
  "unknown",
  "invalid_argument",
  "deadline_exceeded",
  "not_found",
  "already_exists",
  "permission_denied",
  "resource_exhausted",
  "failed_precondition",
  "aborted",
  "out_of_range",
  "unimplemented",
  "internal",
  "unavailable",
  "data_loss",
  "unauthenticated",
] as const;

export type GrpcStatus = (typeof GRPC_STATUSES)[number];

/** The value of `grpc-status`; undefined if there is none, `unknown` if it is no status. */
export function parseGrpcStatus(header: string | string[] | undefined): GrpcStatus | undefined {
  if (header === undefined) return undefined;
  if (typeof header !== "string" || !/^\d{1,2}$/.test(header)) return "unknown";
  return GRPC_STATUSES[Number(header)] ?? "unknown";
}

/** For answers that are no gRPC's: https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md */
const OF_HTTP: Readonly<Record<number, GrpcStatus>> = {
  400: "internal",
  401: "unauthenticated",
  403: "permission_denied",
  404: "unimplemented",
  429: "unavailable",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
};

export function statusOfHttp(status: number): GrpcStatus {
  return OF_HTTP[status] ?? "unknown";
}

/** For streams that are reset: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#errors */
const OF_RESET: Readonly<Record<number, GrpcStatus>> = {
  [constants.NGHTTP2_REFUSED_STREAM]: "unavailable",
  [constants.NGHTTP2_CANCEL]: "cancelled",
  [constants.NGHTTP2_ENHANCE_YOUR_CALM]: "resource_exhausted",
  [constants.NGHTTP2_INADEQUATE_SECURITY]: "permission_denied",
};

export function statusOfReset(code: number): GrpcStatus {
  return OF_RESET[code] ?? "internal";
}
