import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const discordWebhook = vendorToken({
  id: "discord_webhook",
  vendor: "discord",
  finds: "Paths of Discord webhooks; whoever knows one may post.",
  source: "Discord developer documentation, webhooks",
  atoms: ["/api/webhooks/[0-9]"],
  pattern: "/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,80}",
  narrow: (match) => ["/".length, match.length],
  examples: {
    match: [
      madeUp(
        "https://discord.com/api/",
        "webhooks/",
        "545528132460333653",
        "/",
        "8hAGMwvekD84_OO6_LzP_9Wd",
        "24HPYIiu48erHJc9bwOH3HeV",
        "obMK9h76QJ5oMajuIP89",
      ),
    ],
    ignore: ["https://discord.com/api/webhooks/1234/list"],
  },
});
