import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const googleOauth = vendorToken({
  id: "google_oauth",
  vendor: "google",
  finds: "OAuth access tokens and client secrets of Google.",
  source: "Google Identity documentation, OAuth 2.0",
  atoms: [String.raw`ya29\.`, "GOCSPX-"],
  pattern: String.raw`ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{28}`,
  examples: {
    match: [
      madeUp("ya29.", "a0mK7pQ2xV9rT4wZ8bN3cF6h", "J1dG5sL0yAeUiOoXqW"),
      madeUp("GOCSPX-", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5s"),
    ],
    ignore: [madeUp("ya29.", "short"), madeUp("GOCSPX-", "x".repeat(28))],
  },
});
