import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const telegramToken = vendorToken({
  id: "telegram_token",
  vendor: "telegram",
  finds: "Tokens of Telegram bots.",
  source: "Telegram Bot API, authorizing your bot",
  atoms: ["[0-9]:AA[A-Za-z0-9_-]{8}"],
  pattern: "[0-9]{5,16}:AA[A-Za-z0-9_-]{32,34}",
  examples: {
    match: [madeUp("bot 7214435566:AA", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5sL0yAe")],
    ignore: [madeUp("12345:AA", "short")],
  },
});
