import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const tencentSecretId = vendorToken({
  id: "tencent_secret_id",
  vendor: "tencent",
  finds: "Secret ids of Tencent Cloud API keys.",
  source: "Tencent Cloud documentation, API key management",
  atoms: ["AKID[A-Za-z0-9]{2}"],
  pattern: "AKID[A-Za-z0-9]{32}",
  examples: {
    match: [madeUp("AKID", "Dp0j5Wmplcm7hufPK5ACDiBZ", "LPKD6xGA")],
    ignore: [madeUp("AKID", "njq8MJaMhmpg"), madeUp("AKID", "x".repeat(32))],
  },
});
