import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const newRelicKey = vendorToken({
  id: "new_relic_key",
  vendor: "newrelic",
  finds: "User, insert, query, admin and browser keys of New Relic.",
  source: "New Relic documentation, API keys",
  atoms: ["NR(?:AK|AA|RA|II|IQ|JS)-"],
  pattern: "NRAK-[A-Z0-9]{27}|NR(?:AA|RA)-[a-f0-9]{27}|NRI[IQ]-[A-Za-z0-9_-]{32}|NRJS-[a-f0-9]{19}",
  examples: {
    match: [madeUp("NRAK-", "K7PQ2XV9RT4WZ8BN3CF6HJ1D", "G5S")],
    ignore: [madeUp("NRAK-", "SHORT")],
  },
});
