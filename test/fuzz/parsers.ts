import type { Parser } from "./parser.ts";
import { contentEncoding } from "./parsers/content-encoding.ts";
import { exportResponse } from "./parsers/export-response.ts";
import { gatewayConfig } from "./parsers/gateway-config.ts";
import { grpcAnswer } from "./parsers/grpc-answer.ts";
import { httpRequest } from "./parsers/http-request.ts";
import { http2Request } from "./parsers/http2-request.ts";
import { otlpRequest } from "./parsers/otlp-request.ts";
import { policyDocument } from "./parsers/policy-document.ts";
import { redactRequest } from "./parsers/redact-request.ts";
import { spoolReader } from "./parsers/spool-reader.ts";
import { wireDecode } from "./parsers/wire-decode.ts";
import { wireJson } from "./parsers/wire-json.ts";
import { wireSplice } from "./parsers/wire-splice.ts";
import { wireSplit } from "./parsers/wire-split.ts";
import { wireWalk } from "./parsers/wire-walk.ts";

/** Everything that reads what others wrote. */
export const PARSERS: readonly Parser[] = [
  wireWalk,
  wireDecode,
  wireJson,
  wireSplice,
  wireSplit,
  redactRequest,
  contentEncoding,
  otlpRequest,
  httpRequest,
  http2Request,
  exportResponse,
  grpcAnswer,
  spoolReader,
  gatewayConfig,
  policyDocument,
];
