import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const e2bKey = vendorToken({
  id: "e2b_key",
  vendor: "e2b",
  finds: "API keys and access tokens of E2B.",
  source: "E2B documentation, API key",
  atoms: ["e2b_[0-9a-f]{2}"],
  pattern: "e2b_[0-9a-f]{40}",
  examples: {
    match: [madeUp("e2b_", "d14add2d7bc4d8b92e0a3cfe", "53b170419ea177e8")],
    ignore: [madeUp("e2b_fec375"), madeUp("e2b_", "x".repeat(40))],
  },
});
