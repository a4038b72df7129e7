import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const googleApiKey = vendorToken({
  id: "google_api_key",
  vendor: "google",
  finds: "API keys of Google Cloud and Firebase.",
  source: "Google Cloud documentation, API keys",
  atoms: ["AIzaSy"],
  pattern: "AIzaSy[A-Za-z0-9_-]{33}",
  examples: {
    match: [madeUp("key=AIza", "SymK7pQ2xV9rT4wZ8bN3cF6h", "J1dG5sL0yAe")],
    ignore: [
      madeUp("AIza", "SymK7pQ2xV9rT4wZ8bN3cF"),
      madeUp("AIza", "SymK7pQ2xV9rT4wZ8bN3cF6h", "J1dG5sL0yAeUiOoXqWvBtRkP", "zMnH"),
    ],
  },
});
