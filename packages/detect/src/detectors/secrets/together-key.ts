import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const togetherKey = vendorToken({
  id: "together_key",
  vendor: "together",
  finds: "API keys of Together AI.",
  source: "Together AI documentation, API keys",
  atoms: ["tgp_v1_"],
  pattern: "tgp_v1_[A-Za-z0-9_-]{43}",
  examples: {
    match: [madeUp("tgp_v1_", "FQC_4gjD0iFiR7aafSDiQ_0u", "A31HN-FzR-_WSzQ1jiK")],
    ignore: ["tgp_v1_missing"],
  },
});
