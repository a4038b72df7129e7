import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const infracostKey = vendorToken({
  id: "infracost_key",
  vendor: "infracost",
  finds: "API keys of Infracost.",
  source: "Infracost documentation, environment variables",
  atoms: ["ico-[A-Za-z0-9]{2}"],
  pattern: "ico-[A-Za-z0-9]{32}",
  examples: {
    match: [madeUp("ico-", "6FMfR3TmliwFMIeRx5w25Ol7", "TClmG9AW")],
    ignore: [madeUp("ico-M8JqTD"), madeUp("ico-", "x".repeat(32))],
  },
});
