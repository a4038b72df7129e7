import { parseGrpcStatus } from "../../../packages/gateway/src/exporters/otlp/grpc-status.ts";
import { judgeAnswer } from "../../../packages/gateway/src/exporters/otlp/judge-answer.ts";
import { MessageReader } from "../../../packages/gateway/src/exporters/otlp/message-reader.ts";
import { parseRetryInfo } from "../../../packages/gateway/src/exporters/otlp/retry-info.ts";
import { encodeExportResponse } from "../../../packages/gateway/src/otlp/export-response.ts";
import { encodeStatus, RPC_CODES } from "../../../packages/gateway/src/otlp/status.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateProtobuf } from "../mutate/protobuf.ts";
import { type Input, MARKER, must, type Parser, scale } from "../parser.ts";

const BODY_BYTES_MAX = 1_000;

const PARTIAL = encodeExportResponse("logs", "protobuf", { rejected: 3, error_message: MARKER }, 1_000)!;
const DETAILS = encodeStatus(
  { code: RPC_CODES.UNAVAILABLE, message: MARKER, retryDelayMs: 1_500 },
  "protobuf",
);

/** A message with its prefix. */
function framed(message: Buffer, flag = 0): Input {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(message.length, 1);
  return { variant: "body", bytes: Buffer.concat([prefix, message]) };
}

/** What a gRPC server answers: its status details, and the frame and message of its body. */
export const grpcAnswer: Parser = {
  name: "grpc-answer",
  covers: "`MessageReader` in pieces, `parseRetryInfo`, `judgeAnswer`",
  goal: 1_000_000,
  short: 10_000,
  seeds: [
    framed(PARTIAL),
    framed(PARTIAL, 1),
    framed(Buffer.alloc(0)),
    { variant: "details", bytes: DETAILS },
    { variant: "base64", bytes: Buffer.from(DETAILS.toString("base64")) },
  ],
  mutators: [mutateProtobuf, mutateBytes],
  quotesNothing: true,
  open: () => ({
    run({ variant, bytes }) {
      if (variant === "body") return readBody(bytes);
      const header = variant === "base64" ? bytes.toString("latin1") : bytes.toString("base64");
      const retryDelayMs = parseRetryInfo(header);
      must(
        retryDelayMs === undefined || (0 <= retryDelayMs && retryDelayMs <= 5 * 60_000),
        "a wait is neither negative nor without an end",
      );
      const status = parseGrpcStatus(String(bytes.length % 20)) ?? "unknown";
      const result = judgeAnswer({ status, retryDelayMs, message: bytes, isUnprocessed: false });
      must((result.status === "delivered") === (status === "ok"), "only success is delivery");
      return `${status} ${retryDelayMs === undefined ? "none" : scale(retryDelayMs)}`;
    },
  }),
};

/** In pieces of the size that the last byte says: whatever they are, the message is the same. */
function readBody(bytes: Buffer): string {
  const reader = new MessageReader(BODY_BYTES_MAX);
  const size = 1 + (bytes.at(-1) ?? 0);
  for (let at = 0; at < bytes.length; at += size) reader.append(bytes.subarray(at, at + size));
  const message = reader.take();
  if (message === undefined) return "none";
  must(message.bytes.length <= BODY_BYTES_MAX, "no more than the limit is taken");
  must(message.bytes.equals(bytes.subarray(5)), "a message is what stands behind its prefix");
  const answer = {
    status: "ok",
    retryDelayMs: undefined,
    message: message.bytes,
    isUnprocessed: false,
  } as const;
  const result = judgeAnswer(answer);
  must(result.status === "delivered" && result.rejected >= 0, "success is delivery");
  return `${message.isCompressed} ${scale(message.bytes.length)} ${scale(result.rejected)}`;
}
