import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const hubspotToken = vendorToken({
  id: "hubspot_token",
  vendor: "hubspot",
  finds: "Access tokens of HubSpot private apps.",
  source: "HubSpot developer documentation, private apps",
  atoms: ["pat-(?:na|eu|ap)[0-9]-"],
  pattern:
    "pat-(?:na|eu|ap)[0-9]-[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
  examples: {
    match: [madeUp("pat-na1-", "67ea4bfe-5132-1482-5007-", "e2e756aa04ab")],
    ignore: ["pat-na1-region"],
  },
});
