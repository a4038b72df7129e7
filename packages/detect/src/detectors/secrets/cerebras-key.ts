import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const cerebrasKey = vendorToken({
  id: "cerebras_key",
  vendor: "cerebras",
  finds: "API keys of Cerebras.",
  source: "Cerebras documentation, quickstart",
  atoms: ["csk-[a-z0-9]{2}"],
  pattern: "csk-[a-z0-9]{48}",
  examples: {
    match: [madeUp("csk-", "ph3xg686l7nibfvouohd0lcf", "44n0tnj934kcw9nvhn2ghv77")],
    ignore: [madeUp("csk-9jdra5"), madeUp("csk-", "x".repeat(48))],
  },
});
