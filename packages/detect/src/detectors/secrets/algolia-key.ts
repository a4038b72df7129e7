import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const algoliaKey = vendorKeyed({
  id: "algolia_key",
  vendor: "algolia",
  finds: "API keys of Algolia, behind a key that names it.",
  source: "Algolia documentation, API keys",
  atoms: ["(?i:algolia)"],
  key: { name: "algolia", value: "[0-9a-f]{32}" },
  examples: {
    match: [madeUp("X-Algolia-API-Key: ", "4c605ed2d8f598271fc0ed9a", "db98a5c1")],
    ignore: [madeUp("algolia_index=", "df882c684b3e38e01837f1d2", "86b425cb")],
  },
});
