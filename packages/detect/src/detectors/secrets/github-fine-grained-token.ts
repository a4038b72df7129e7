import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const githubFineGrainedToken = vendorToken({
  id: "github_fine_grained_token",
  vendor: "github",
  finds: "Fine-grained personal access tokens of GitHub.",
  source: "GitHub Docs, token formats",
  atoms: ["github_pat_"],
  pattern: "github_pat_[A-Za-z0-9_]{60,255}",
  examples: {
    match: [
      madeUp(
        "github_pat_",
        "mK7pQ2xV9rT4wZ8bN3cF6h_m",
        "K7pQ2xV9rT4wZ8bN3cF6hJ1d",
        "G5sL0yAeUiOoXqWvBtRkPzMn",
        "HgCjDfSlEa",
      ),
    ],
    ignore: [madeUp("github_pat_", "x".repeat(82)), madeUp("github_pat_", "tooShort1")],
  },
});
