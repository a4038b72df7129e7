import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const teamsWebhook = vendorToken({
  id: "teams_webhook",
  vendor: "microsoft",
  finds: "Paths of incoming webhooks of Microsoft Teams and Office 365; whoever knows one may post.",
  source: "Microsoft Teams documentation, incoming webhooks",
  atoms: ["/IncomingWebhook/"],
  pattern:
    "/webhook(?:b2)?/[A-Za-z0-9@-]{36,80}/IncomingWebhook/[A-Za-z0-9]{20,}/[A-Za-z0-9-]{30,}(?:/[A-Za-z0-9-]{20,})?",
  narrow: (match) => ["/".length, match.length],
  examples: {
    match: [
      madeUp(
        "https://acme.webhook.off",
        "ice.com/webhookb2/",
        "47611a3c-e9d9-7dcb-ee50-",
        "0fe7ee5fc324@bdb2e114-2a",
        "21-c402-364f-9572b85a8e4",
        "8",
        "/IncomingWebhook/",
        "f687ab165c58ac5831be38cb",
        "8cb4ba2e",
        "/",
        "751989a0-1749-ddb1-4f71-",
        "010b93b7d946",
      ),
    ],
    ignore: ["https://acme.webhook.office.com/webhookb2/x/IncomingWebhook/x/x"],
  },
});
