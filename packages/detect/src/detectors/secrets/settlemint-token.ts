import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const settlemintToken = vendorToken({
  id: "settlemint_token",
  vendor: "settlemint",
  finds: "Application, personal and service tokens of SettleMint.",
  source: "SettleMint documentation, access tokens",
  atoms: ["sm_[aps]at_[A-Za-z0-9]{2}"],
  pattern: "sm_[aps]at_[A-Za-z0-9]{16}",
  examples: {
    match: [madeUp("sm_pat_", "I46Xs0dghmNILpVr")],
    ignore: ["sm_pat_missing"],
  },
});
