import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const newRelicKey = vendorToken({
  id: "new_relic_key",
  vendor: "newrelic",
  finds: "User, insert and browser keys of New Relic.",
  source: "New Relic documentation, API keys",
  atoms: ["NR(?:AK|II|JS)-"],
  pattern: "NRAK-[A-Z0-9]{27}|NRII-[A-Za-z0-9_-]{32}|NRJS-[a-f0-9]{19}",
  examples: {
    match: [madeUp("NRAK-", "K7PQ2XV9RT4WZ8BN3CF6HJ1D", "G5S")],
    ignore: [madeUp("NRAK-", "SHORT")],
  },
});
