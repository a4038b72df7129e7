import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const openrouterKey = vendorToken({
  id: "openrouter_key",
  vendor: "openrouter",
  finds: "API keys of OpenRouter.",
  source: "OpenRouter documentation, authentication",
  atoms: ["sk-or-v1-"],
  pattern: "sk-or-v1-[0-9a-f]{64}",
  examples: {
    match: [madeUp("sk-or-v1-", "e0ec037c8703ed27e961b130", "f4c4e8bc562ad69a1b31a888", "deeeea35374646fa")],
    ignore: ["sk-or-v1-missing"],
  },
});
