import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const xaiKey = vendorToken({
  id: "xai_key",
  vendor: "xai",
  finds: "API keys of xAI.",
  source: "xAI documentation, authentication",
  atoms: ["xai-[A-Za-z0-9]{2}"],
  pattern: "xai-[A-Za-z0-9]{80}",
  examples: {
    match: [
      madeUp(
        "xai-",
        "H2zdgwJf010HN48JzTO5AD36",
        "0QG5xLxcoh1zU1I6LUtrZrJ2",
        "rkcRzQmiLIn3X4JPssBr3HMx",
        "TxATUGvS",
      ),
    ],
    ignore: [madeUp("xai-6xrdz0"), madeUp("xai-", "x".repeat(80))],
  },
});
