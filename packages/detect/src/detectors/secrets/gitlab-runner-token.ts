import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const gitlabRunnerToken = vendorToken({
  id: "gitlab_runner_token",
  vendor: "gitlab",
  finds: "Registration tokens of GitLab runners.",
  source: "GitLab Docs, runner registration tokens",
  atoms: ["GR1348941"],
  pattern: "GR1348941[A-Za-z0-9_-]{20,50}",
  examples: {
    match: [madeUp("GR1348941", "PgMTqp0CMMX1hoHSjPvs")],
    ignore: [madeUp("GR1348941", "VpJ71d"), madeUp("GR1348941", "x".repeat(20))],
  },
});
