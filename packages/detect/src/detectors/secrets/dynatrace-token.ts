import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const dynatraceToken = vendorToken({
  id: "dynatrace_token",
  vendor: "dynatrace",
  finds: "API and platform tokens of Dynatrace.",
  source: "Dynatrace documentation, access tokens",
  atoms: [String.raw`dt0[a-z][0-9]{2}\.[A-Z2-7]{2}`],
  pattern: String.raw`dt0[a-z][0-9]{2}\.[A-Z2-7]{8,24}\.[A-Z2-7]{64}`,
  examples: {
    match: [
      madeUp(
        "dt0c01.",
        "UMKZAALGP5QWGYIQ2EV4RSXT",
        ".",
        "YD77XBDHY4TJ5CU6IARJMCZL",
        "RPSB22FY7XRUK7DWIMDKTKTD",
        "TYXLRT6MU4ZGQXZU",
      ),
    ],
    ignore: [madeUp("dt0c01.", "Y6RHN42KUCJR62ERZXZSHQ4A"), madeUp("dt0c01.", "x".repeat(24))],
  },
});
