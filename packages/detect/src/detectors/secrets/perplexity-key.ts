import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const perplexityKey = vendorToken({
  id: "perplexity_key",
  vendor: "perplexity",
  finds: "API keys of Perplexity.",
  source: "Perplexity documentation, API keys",
  atoms: ["pplx-[A-Za-z0-9]{2}"],
  pattern: "pplx-[A-Za-z0-9]{48}",
  examples: {
    match: [madeUp("pplx-", "x08GPch4Y8WJzcL2j9xS7XBh", "RyfD7HK11AZ1jr7vEUVEJYI7")],
    ignore: [madeUp("pplx-TisCl4"), madeUp("pplx-", "x".repeat(48))],
  },
});
