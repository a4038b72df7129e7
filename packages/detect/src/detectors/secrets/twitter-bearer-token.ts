import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const twitterBearerToken = vendorToken({
  id: "twitter_bearer_token",
  vendor: "twitter",
  finds: "Bearer tokens of applications of X, formerly Twitter.",
  source: "X developer platform, app-only authentication",
  atoms: ["A{16}"],
  pattern: "A{20,24}[A-Za-z0-9%]{60,110}",
  examples: {
    match: [
      madeUp(
        "AAAAAAAAAAAAAAAAAAAAAA",
        "MmLQ",
        "J9gxVjdC1FPr",
        "%3D",
        "vEtj8L1X4yR5ydeVTmXz41L2",
        "iqLKFJ5khNeV3GhJJtjO2zV2",
        "STFRNZ6A8bOY",
      ),
    ],
    ignore: ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
  },
});
