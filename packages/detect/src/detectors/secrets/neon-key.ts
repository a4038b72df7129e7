import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const neonKey = vendorToken({
  id: "neon_key",
  vendor: "neon",
  finds: "API keys of Neon.",
  source: "Neon documentation, manage API keys",
  atoms: ["napi_"],
  pattern: "napi_[a-z0-9]{60,70}",
  examples: {
    match: [madeUp("napi_", "f8s3oym9x39t44tbpvom68yz", "awkpu9u5rsnsdbk9ew2d7y2w", "g7oj0vwimr7g4ri0")],
    ignore: [madeUp("napi_ga09h5"), madeUp("napi_", "x".repeat(64))],
  },
});
