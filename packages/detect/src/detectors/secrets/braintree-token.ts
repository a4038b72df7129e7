import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const braintreeToken = vendorToken({
  id: "braintree_token",
  vendor: "braintree",
  finds: "Access tokens of Braintree and PayPal.",
  source: "Braintree developer documentation, access tokens",
  atoms: [String.raw`access_token\$`],
  pattern: String.raw`access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[0-9a-f]{32}`,
  examples: {
    match: [
      madeUp("access_token$production$", "wg7e420aonnx8xhc", "$", "ed04d259b3717bd5c2d6a9a5", "f04c5503"),
    ],
    ignore: ["access_token$production"],
  },
});
