import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const flutterwaveKey = vendorToken({
  id: "flutterwave_key",
  vendor: "flutterwave",
  finds: "Secret keys of Flutterwave.",
  source: "Flutterwave documentation, authentication",
  atoms: ["FLWSECK"],
  pattern: "FLWSECK(?:_TEST)?-[0-9a-f]{32}-X",
  examples: {
    match: [madeUp("FLWSECK_TEST-", "b31f96288b6d8eacf314914b", "c781ef02", "-X")],
    ignore: ["FLWSECK_TEST is not set"],
  },
});
