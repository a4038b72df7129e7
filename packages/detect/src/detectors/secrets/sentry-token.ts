import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const sentryToken = vendorToken({
  id: "sentry_token",
  vendor: "sentry",
  finds: "User and organization tokens of Sentry.",
  source: "Sentry documentation, auth tokens",
  atoms: ["sntry[us]_"],
  pattern: "sntryu_[a-f0-9]{64}|sntrys_eyJ[A-Za-z0-9+/]{40,}={0,2}_[A-Za-z0-9+/]{43}",
  examples: {
    match: [
      madeUp("sntryu_", "4f3c2a1b9e8d7c6f5a4b3c2d", "1e0f9a8b7c6d5e4f3a2b1c0d", "9e8f7a6b5c4d3e2f"),
      madeUp(
        "sntrys_eyJ",
        "mK7pQ2xV9rT4wZ8bN3cF6hJ1",
        "dG5sL0yAeUiOoXqWvBtRkPzM",
        "nHgCjDfSlEa7_mK7pQ2xV9rT",
        "4wZ8bN3cF6hJ1dG5sL0yAeUi",
        "OoXqWvBt",
      ),
    ],
    ignore: [
      madeUp("sntryu_", "4f3c2a1b9e8d7c6f5a4b3c2d", "1e0f9a"),
      madeUp(
        "sntrys_eyJ",
        "mK7pQ2xV9rT4wZ8bN3cF6hJ1",
        "dG5sL0yAeUiOoXqWvBtRkPzM",
        "nHgCjDfSlEa7_mK7pQ2xV9rT",
        "4wZ8bN3cF6hJ1dG5sL0yAeUi",
      ),
    ],
  },
});
