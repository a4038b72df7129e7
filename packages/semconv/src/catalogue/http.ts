import type { AttributeName } from "../generated/attributes.ts";
import type { Judgement } from "./judgement.ts";

const BODY_SPEC = "must not be captured by default; as a string where it is, so that it can be sanitized";

/** What crosses the wire of HTTP. Single headers are judged in `headers.ts`. */
export const HTTP: readonly Judgement<AttributeName>[] = [
  {
    class: "credential",
    reason: "a header that nobody knows may carry a token; known ones are judged one by one",
    spec: "only headers that were named in configuration; capturing all is a security risk",
    names: ["http.request.header", "http.response.header"],
  },
  {
    class: "payload",
    kind: "body",
    reason: "what the user sent or received, whole",
    spec: BODY_SPEC,
    names: ["http.request.body.content", "http.response.body.content"],
  },
  {
    class: "client_address",
    reason: "the caller's address, also behind proxies",
    names: ["http.client_ip"],
  },
  {
    class: "quasi_identifier",
    reason: "browser, system and device in one string: half a fingerprint",
    names: ["http.user_agent"],
  },
  {
    class: "content",
    kind: "url",
    reason: "paths and queries carry names, searches and tokens",
    spec: "credentials must not be present; values of known sensitive query parameters become REDACTED",
    names: ["http.url", "http.target"],
  },
  {
    class: "endpoint",
    reason: "the server's own name",
    names: ["http.host", "http.server_name"],
  },
  {
    class: "content",
    reason: "any word that a client puts in the place of the method",
    names: ["http.request.method_original"],
  },
  {
    class: "harmless",
    reason: "the route's template, not the path that matched it",
    names: ["http.route"],
  },
  {
    class: "harmless",
    reason: "one of a few words or codes",
    names: [
      "http.connection.state",
      "http.flavor",
      "http.method",
      "http.request.method",
      "http.response.status_code",
      "http.scheme",
      "http.status_code",
    ],
  },
  {
    class: "harmless",
    reason: "counts bytes or attempts",
    names: [
      "http.request.body.size",
      "http.request.resend_count",
      "http.request.size",
      "http.request_content_length",
      "http.request_content_length_uncompressed",
      "http.response.body.size",
      "http.response.size",
      "http.response_content_length",
      "http.response_content_length_uncompressed",
    ],
  },
];
