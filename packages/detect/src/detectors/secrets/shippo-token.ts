import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const shippoToken = vendorToken({
  id: "shippo_token",
  vendor: "shippo",
  finds: "API tokens of Shippo, of test mode too.",
  source: "Shippo documentation, authentication",
  atoms: ["shippo_(?:live|test)_"],
  pattern: "shippo_(?:live|test)_[0-9a-f]{40}",
  examples: {
    match: [madeUp("shippo_live_", "6cdaf5ac6860aa8a5f82f14d", "2d9d0243c83de82e")],
    ignore: ["shippo_test_mode"],
  },
});
