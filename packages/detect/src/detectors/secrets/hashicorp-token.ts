import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const hashicorpToken = vendorToken({
  id: "hashicorp_token",
  vendor: "hashicorp",
  finds: "Tokens of HashiCorp Vault and of Terraform Cloud.",
  source: "HashiCorp Vault documentation, tokens; Terraform documentation, API tokens",
  atoms: [String.raw`hv[sbr]\.[A-Za-z0-9_-]{8}`, String.raw`\.atlasv1\.`],
  pattern: String.raw`hv[sbr]\.[A-Za-z0-9_-]{24,}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}`,
  examples: {
    match: [
      madeUp("hvs.", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5sL0yAeUiOoXqWvBtRkPzM"),
      madeUp(
        "mK7pQ2xV9rT4wZ",
        ".atlasv1.mK7pQ2xV9rT4wZ8",
        "bN3cF6hJ1dG5sL0yAeUiOoXq",
        "WvBtRkPzMnHgCjDfSlEa7Yu4",
        "Ii9T",
      ),
    ],
    ignore: [madeUp("hvs.", "short"), madeUp("hvs.", "x".repeat(24))],
  },
});
