import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const zapierWebhook = vendorToken({
  id: "zapier_webhook",
  vendor: "zapier",
  finds: "Paths of Zapier webhooks; whoever knows one may post.",
  source: "Zapier documentation, webhooks",
  atoms: [String.raw`hooks\.zapier\.com/hooks/`],
  pattern: String.raw`hooks\.zapier\.com/hooks/[a-z]+/[0-9]{4,}/[A-Za-z0-9]{6,}`,
  narrow: (match) => [match.indexOf("/hooks/") + "/hooks/".length, match.length],
  examples: {
    match: [madeUp("https://hooks.zapier.com", "/hooks/catch/", "4471229/", "b2x9k7q")],
    ignore: ["https://hooks.zapier.com/hooks/catch/"],
  },
});
