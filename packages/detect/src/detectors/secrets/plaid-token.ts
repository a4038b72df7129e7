import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const plaidToken = vendorToken({
  id: "plaid_token",
  vendor: "plaid",
  finds: "Access, link and processor tokens of Plaid.",
  source: "Plaid documentation, tokens",
  atoms: ["(?:access|link|processor)-(?:sandbox|development|production)-"],
  pattern:
    "(?:access|link|processor)-(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
  examples: {
    match: [madeUp("access-production-", "33424d61-fcd2-5491-2153-", "10a53e5356b6")],
    ignore: ["access-production-group"],
  },
});
