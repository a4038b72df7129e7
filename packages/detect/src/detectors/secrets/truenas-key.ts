import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const truenasKey = vendorToken({
  id: "truenas_key",
  vendor: "truenas",
  finds: "API keys of TrueNAS: a number and 64 letters and digits.",
  source: "TrueNAS documentation, API keys",
  atoms: ["login_with_api_key"],
  pattern: String.raw`login_with_api_key[\\"\s,:\[a-z]{4,60}[0-9]{1,6}-[A-Za-z0-9]{64}`,
  narrow: (match) => [match.lastIndexOf('"') + 1, match.length],
  examples: {
    match: [
      madeUp(
        '"method":"auth.login_wit',
        'h_api_key","params":["10',
        "-",
        "xiQArtvbLE9QFNG0SjfUmPS0",
        "RyWrysyDsv4kpqHkCBKkQ3hF",
        "0ol3bMPfiwzVdC2T",
        '"]',
      ),
    ],
    ignore: ["auth.login_with_api_key failed"],
  },
});
