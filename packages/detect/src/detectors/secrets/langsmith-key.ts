import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const langsmithKey = vendorToken({
  id: "langsmith_key",
  vendor: "langsmith",
  finds: "API keys of LangSmith.",
  source: "LangSmith documentation, API keys",
  atoms: ["lsv2_(?:pt|sk)_"],
  pattern: "lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}",
  examples: {
    match: [madeUp("lsv2_pt_", "d7312fa1c8be785e55eb4c26", "9b873ac7", "_", "a00edb9f77")],
    ignore: ["lsv2_pt_missing"],
  },
});
