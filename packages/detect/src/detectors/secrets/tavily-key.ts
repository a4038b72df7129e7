import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const tavilyKey = vendorToken({
  id: "tavily_key",
  vendor: "tavily",
  finds: "API keys of Tavily.",
  source: "Tavily documentation, API key",
  atoms: ["tvly-[A-Za-z0-9]"],
  pattern: "tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}",
  examples: {
    match: [
      madeUp("tvly-", "HBZVMPlybtWydiXs2I4YESaS", "SvHNbUcS"),
      madeUp("tvly-dev-", "M34oyeTYn6F8HcEkc3bQfQZG", "OgsxpKgb"),
    ],
    ignore: ["tvly-search", madeUp("tvly-", "x".repeat(32))],
  },
});
