import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const cohereKey = vendorKeyed({
  id: "cohere_key",
  vendor: "cohere",
  finds: "API keys of Cohere, behind a key that names it.",
  source: "Cohere documentation, API keys",
  atoms: ["(?i:cohere)", "(?i:co_api_)"],
  key: { name: "cohere|co_api_", value: "[A-Za-z0-9]{40}" },
  examples: {
    match: [
      madeUp("COHERE_API_KEY=", "d9BLMJ6giDilX194WHmjWgIc", "QLKmJJvrTFOAe2yV"),
      madeUp("CO_API_KEY=", "Tacg6eWBU0TJTZSbRbqWhIjj", "nAQch3i4oAoOeIbg"),
    ],
    ignore: [madeUp("cohere_model=", "wlYK1X4PAipscQpdDNpalX4n", "XMVbL44K7mCKcJZR")],
  },
});
