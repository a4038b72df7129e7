import { judgeResponse } from "../../../packages/gateway/src/exporters/otlphttp/judge-response.ts";
import { judgeConnection } from "../../../packages/gateway/src/exporters/sending/judge-connection.ts";
import { parseContentType } from "../../../packages/gateway/src/otlp/encoding.ts";
import { decodeRejected, encodeExportResponse } from "../../../packages/gateway/src/otlp/export-response.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateLines } from "../mutate/lines.ts";
import { mutateProtobuf } from "../mutate/protobuf.ts";
import { wordsOf } from "../mutate/words.ts";
import { type Input, must, type Parser, scale } from "../parser.ts";

const NOW_MS = Date.parse("2026-11-22T12:00:00Z");

const PARTIAL = encodeExportResponse("logs", "protobuf", { rejected: 3, error_message: "zq7marker" }, 1_000)!;

/** Status, `Retry-After` and `Content-Type` in a line each, then the body. */
function answer(status: string, retryAfter: string, contentType: string, body: Uint8Array): Input {
  return {
    variant: "answer",
    bytes: Buffer.concat([Buffer.from(`${status}\n${retryAfter}\n${contentType}\n`), body]),
  };
}

const WORDS = [
  ..."200|204|299|301|307|400|404|429|500|502|503|504|599|0|99|1|-1|1.5|0x10|99999999999|NaN|Infinity|1e9".split(
    "|",
  ),
  ..."Sun, 22 Nov 2026 12:00:09 GMT|Sunday, 22-Nov-26 12:00:09 GMT|Sun Nov 22 12:00:09 2026|Mon|Thu, 01 Jan 1970".split(
    "|",
  ),
  ..."application/x-protobuf|application/json|APPLICATION/X-PROTOBUF; a=b|text/html|;|, ".split("|"),
];

/** What a destination answers: a verdict within bounds, whatever it says. */
export const exportResponse: Parser = {
  name: "export-response",
  covers: "`judgeResponse`, `judgeConnection`, `parseRetryAfter`, `decodeRejected`",
  goal: 1_000_000,
  short: 30_000,
  seeds: [
    { variant: "body", bytes: PARTIAL },
    answer("200", "", "application/x-protobuf", PARTIAL),
    answer("503", "3", "application/json", Buffer.alloc(0)),
    answer("429", "Sun, 22 Nov 2026 12:00:09 GMT", "", Buffer.from("busy")),
  ],
  mutators: [mutateProtobuf, mutateLines, wordsOf(WORDS), mutateBytes],
  quotesNothing: true,
  open: () => ({
    run({ variant, bytes }) {
      if (variant === "body") {
        const rejected = decodeRejected(bytes);
        must(Number.isInteger(rejected) && rejected >= 0, "so many items are rejected, or none");
        return String(scale(rejected));
      }
      const [status = "", retryAfter = "", contentType = ""] = bytes.toString("latin1").split("\n", 3);
      const head = status.length + retryAfter.length + contentType.length + 3;
      const response = { status: Number(status), retryAfter, contentType, body: bytes.subarray(head) };
      const result = judgeResponse(response, NOW_MS);
      if (result.status === "delivered") {
        must(
          Number.isInteger(result.rejected) && result.rejected >= 0,
          "so many items are rejected, or none",
        );
        must(200 <= response.status && response.status < 300, "only success is delivery");
        return `delivered ${scale(result.rejected)} ${parseContentType(contentType)}`;
      }
      const waitMs = result.retry_after_ms ?? 0;
      must(0 <= waitMs && waitMs <= 5 * 60_000, "a wait is neither negative nor without an end");
      must(judgeConnection(new Error(retryAfter)).status === "failed", "no answer is no delivery");
      return `${result.reason} ${result.retryable} ${scale(waitMs)}`;
    },
  }),
};
