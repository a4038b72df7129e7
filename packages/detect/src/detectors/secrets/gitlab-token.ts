import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

/** A payload of at least 27 characters, the version of newer ones, the payload's length and its checksum, in base 36. */
const ROUTABLE = /^[\w-]{27,300}(?:\.[0-9a-z]{2})?\.[0-9a-z]{9}$/;

/** What somebody hung on to a token doesn't make it another one: `glpat-…-backup`. */
const FRIENDLY = /^[\w-]{20}(?:[-_][\w-]*)?$/;

/**
 * What follows each prefix. Most tokens are twenty random characters; those of users, runners and jobs may also be
 * routable, or say first in which partition or of which type they are.
 */
const BODIES: Readonly<Record<string, readonly RegExp[]>> = {
  glpat: [FRIENDLY, ROUTABLE],
  gldt: [FRIENDLY, ROUTABLE],
  glrt: [FRIENDLY, /^t[0-9]_[\w-]{20}$/, ROUTABLE],
  glrtr: [FRIENDLY, ROUTABLE],
  glcbt: [FRIENDLY, /^[0-9A-Za-z]{1,5}_[\w-]{20}$/, ROUTABLE],
  glft: [FRIENDLY, /^[0-9a-f]{64}-[0-9]{1,19}$/],
  glffct: [FRIENDLY],
  glsoat: [/^[\w-]{20,64}$/],
  glimt: [/^[\w-]{24,25}$/], // 128 bits in base 36
  glptt: [/^[\w-]{40}$/], // 160 bits in hex
  glagent: [/^[\w-]{50,64}$/],
  gloas: [/^[\w-]{64}$/],
};

export const gitlabToken = vendorToken({
  id: "gitlab_token",
  vendor: "gitlab",
  finds:
    "Tokens of GitLab users, projects, runners, agents and pipelines: glpat-, gldt-, glrt-, glcbt- and others.",
  source: "GitLab Docs, token prefixes; GitLab handbook, routable tokens",
  atoms: ["gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-"],
  pattern: String.raw`gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[A-Za-z0-9_-]{20,}(?:\.[a-z0-9]+){0,2}`,
  check: (candidate) => {
    const dash = candidate.indexOf("-");
    return BODIES[candidate.slice(0, dash)]!.some((body) => body.test(candidate.slice(dash + 1)));
  },
  examples: {
    match: [
      madeUp("glpat-", "mK7pQ2xV9rT4wZ8bN3cF"),
      madeUp("glcbt-", "64_", "mK7pQ2xV9rT4wZ8bN3cF"),
      madeUp("glptt-", "4f3c2a1b9e8d7c6f5a4b3c2d", "1e0f9a8b7c6d5e4f"),
      madeUp("glpat-", "mK7pQ2xV9rT4wZ8bN3cF", "-backup"),
    ],
    ignore: [
      madeUp("glpat-", "x".repeat(20)),
      madeUp("glpat-", "short"),
      madeUp("glpat-", "mK7pQ2xV9rT4wZ8bN3cFa9Q2"),
      madeUp("glptt-", "mK7pQ2xV9rT4wZ8bN3cF"),
    ],
  },
});
