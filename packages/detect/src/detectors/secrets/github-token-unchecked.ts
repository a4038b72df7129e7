import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const githubTokenUnchecked = vendorToken({
  id: "github_token_unchecked",
  vendor: "github",
  finds: "What has the form of a GitHub token but not its checksum, as longer tokens to come may.",
  source: "GitHub Docs, token formats",
  confidence: "likely",
  atoms: ["gh[pousr]_[A-Za-z0-9]"],
  pattern: "gh[pousr]_[A-Za-z0-9]{36,255}",
  examples: {
    match: [madeUp("ghp_", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5sL0yAeUiO")],
    ignore: [madeUp("ghp_", "x".repeat(36)), madeUp("ghp_", "tooShort1")],
  },
});
