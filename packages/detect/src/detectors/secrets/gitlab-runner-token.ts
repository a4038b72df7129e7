import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

/** They have twenty. A run of more than this is no token of any kind. */
const TOKEN_CHARACTERS_MAX = 50;

export const gitlabRunnerToken = vendorToken({
  id: "gitlab_runner_token",
  vendor: "gitlab",
  finds: "Registration tokens of GitLab runners.",
  source: "GitLab Docs, runner registration tokens",
  atoms: ["GR1348941"],
  pattern: "GR1348941[A-Za-z0-9_-]{20,}",
  check: (candidate) => candidate.length <= "GR1348941".length + TOKEN_CHARACTERS_MAX,
  examples: {
    match: [madeUp("GR1348941", "PgMTqp0CMMX1hoHSjPvs")],
    ignore: [
      madeUp("GR1348941", "PgMTqp0CMMX1hoHSjPvs", "-PgMTqp0CMMX1hoHSjPvs-PgMTqp0CMMX"),
      madeUp("GR1348941", "VpJ71d"),
      madeUp("GR1348941", "x".repeat(20)),
    ],
  },
});
