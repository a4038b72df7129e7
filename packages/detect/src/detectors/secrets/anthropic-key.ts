import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const anthropicKey = vendorToken({
  id: "anthropic_key",
  vendor: "anthropic",
  finds: "API keys of Anthropic.",
  source: "Anthropic API documentation, authentication",
  atoms: ["sk-ant-"],
  pattern: "sk-ant-[a-z]{3,6}[0-9]{2}-[A-Za-z0-9_-]{93}AA",
  examples: {
    match: [
      madeUp(
        "sk-ant-api03-",
        "mK7pQ2xV9rT4wZ8bN3cF6hJ1",
        "dG5sL0yAeUiOoXqWvBtRkPzM",
        "mK7pQ2xV9rT4wZ8bN3cF6hJ1",
        "dG5sL0yAeUiOoXqWvBtRkAA",
      ),
    ],
    ignore: [madeUp("sk-ant-api03-", "x".repeat(90)), madeUp("sk-ant-", "mK7pQ2xV9r")],
  },
});
