import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const snykToken = vendorKeyed({
  id: "snyk_token",
  vendor: "snyk",
  finds: "API tokens of Snyk, behind a key that names it.",
  source: "Snyk documentation, authentication for API",
  atoms: ["(?i:snyk)"],
  key: { name: "snyk", value: "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}" },
  examples: {
    match: [madeUp("SNYK_TOKEN=", "3f7dfe06-ebf2-27d4-2b13-", "8036b6faa47b")],
    ignore: [madeUp("snyk_project=", "079c0e75-03e4-cd9e-2a71-", "1b3ce66475e3")],
  },
});
