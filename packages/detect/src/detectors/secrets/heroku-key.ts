import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const herokuKey = vendorToken({
  id: "heroku_key",
  vendor: "heroku",
  finds: "API keys and OAuth tokens of Heroku.",
  source: "Heroku Dev Center, authentication",
  atoms: ["HRKU-"],
  pattern: "HRKU-[A-Za-z0-9_-]{36,100}",
  examples: {
    match: [madeUp("HRKU-", "mTTfpsUepYhNVNZxTSmm3jZN", "Njax7EBz3cl7CSgzAf31ddXP", "63ohM1fzUg29")],
    ignore: [madeUp("HRKU-6C0XpB"), madeUp("HRKU-", "x".repeat(60))],
  },
});
