import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const flyToken = vendorToken({
  id: "fly_token",
  vendor: "fly",
  finds: "Macaroons and deploy tokens of Fly.io.",
  source: "Fly.io documentation, access tokens",
  atoms: ["fm[12][ar]?_[A-Za-z0-9+/]{2}", "fo1_[A-Za-z0-9_-]{2}"],
  pattern: "fm[12][ar]?_[A-Za-z0-9+/]{80,}={0,3}|fo1_[A-Za-z0-9_-]{43}",
  examples: {
    match: [
      madeUp(
        "FlyV1 fm2_",
        "19x5iqljHqBTn2fwxwd5kAph",
        "i2UFkSSj/sK+wZdnHy7agBx6",
        "LtIdyhp9ZYbYLXlutzTfF/vN",
        "v7KToDsjCMEa+bhj2M5QgErZ",
        "XwKD",
      ),
      madeUp("fo1_", "GEv6_IyPLgodLyX5UvecWEgt", "HDGh9HMSoAZm4N8pvgx"),
    ],
    ignore: [madeUp("fm2_", "HXeYKcPzJ6"), madeUp("fo1_", "x".repeat(43))],
  },
});
