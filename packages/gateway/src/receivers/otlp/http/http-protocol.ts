import type { Protocol } from "../protocol.ts";
import { corsHeaders, preflightReply } from "./cors.ts";
import { openMessage } from "./open-message.ts";
import { readHead } from "./read-head.ts";
import { encodingOf, refusalReply, successReply } from "./reply.ts";

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export const httpProtocol: Protocol = {
  transport: "http",
  readHead,
  openMessage,
  succeed: successReply,
  refuse: (refusal, request, { response_bytes_max }) =>
    refusalReply(refusal, encodingOf(request), response_bytes_max),
  answerAside: (request, { cors }) => cors && preflightReply(request, cors),
  headersAround: (request, { cors }) => (cors === undefined ? {} : corsHeaders(request, cors)),
};
