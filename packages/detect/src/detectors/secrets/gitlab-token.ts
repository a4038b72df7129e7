import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const gitlabToken = vendorToken({
  id: "gitlab_token",
  vendor: "gitlab",
  finds:
    "Tokens of GitLab users, projects, runners, agents and pipelines: glpat-, gldt-, glrt-, glcbt- and others.",
  source: "GitLab Docs, token prefixes",
  atoms: ["gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-"],
  pattern: String.raw`gl(?:pat|dt|rt|cbt|ft|imt|soat|ffct)-[A-Za-z0-9_-]{20,}(?:\.[a-z0-9]+){0,2}|gl(?:ptt|agent|oas)-[A-Za-z0-9_-]{40,}`,
  examples: {
    match: [madeUp("glpat-", "mK7pQ2xV9rT4wZ8bN3cF")],
    ignore: [madeUp("glpat-", "x".repeat(20)), madeUp("glpat-", "short")],
  },
});
