import type { AttributeName } from "../generated/attributes.ts";
import type { Judgement } from "./judgement.ts";

const SIGNED_KEYS_SPEC =
  "values of known sensitive query parameters become REDACTED, matched with their case";
const SCRUB_SPEC = "sensitive content should be scrubbed where it can be identified";

/** URLs and their parts. Whole URLs stay readable; what is inside goes by its own name. */
export const URLS: readonly Judgement<AttributeName>[] = [
  {
    class: "content",
    kind: "url",
    reason: "paths and queries carry names, searches and tokens",
    spec: `user info must not be recorded; ${SIGNED_KEYS_SPEC}`,
    names: ["url.full"],
  },
  {
    class: "content",
    kind: "url",
    reason: "the URL as it was sent, user info included",
    spec: "credentials are to be left in place; Scrim redacts them all the same",
    names: ["url.original"],
  },
  {
    class: "content",
    kind: "url_query",
    reason: "searches, addresses and tokens travel as parameters",
    spec: `${SIGNED_KEYS_SPEC}; instrumentation that knows others must scrub them`,
    names: ["url.query"],
  },
  {
    class: "content",
    kind: "url_query",
    reason: "sign-in flows return tokens in the fragment, written like a query",
    names: ["url.fragment"],
  },
  {
    class: "content",
    kind: "url",
    reason: "names and ids of people are path segments",
    spec: SCRUB_SPEC,
    names: ["url.path"],
  },
  {
    class: "endpoint",
    reason: "the host that was asked, and its parts",
    names: ["url.domain", "url.port", "url.registered_domain", "url.subdomain", "url.top_level_domain"],
  },
  {
    class: "harmless",
    reason: "the path's template, not the path",
    names: ["url.template"],
  },
  {
    class: "harmless",
    reason: "one of a few words",
    names: ["url.extension", "url.scheme"],
  },
];
