import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const githubToken = vendorToken({
  id: "github_token",
  vendor: "github",
  finds: "Tokens of GitHub users, apps and actions: ghp_, gho_, ghu_, ghs_, ghr_ and fine-grained ones.",
  source: "GitHub Docs, token formats",
  atoms: ["gh[pousr]_[A-Za-z0-9]{8}", "github_pat_"],
  pattern: "gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255}",
  examples: {
    match: [
      madeUp("ghp_", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5sL0yAeUiO"),
      madeUp(
        "github_pat_",
        "mK7pQ2xV9rT4wZ8bN3cF6h_m",
        "K7pQ2xV9rT4wZ8bN3cF6hJ1d",
        "G5sL0yAeUiOoXqWvBtRkPzMn",
        "HgCjDfSlEa",
      ),
    ],
    ignore: [madeUp("ghp_", "x".repeat(36)), madeUp("ghp_", "tooShort1")],
  },
});
