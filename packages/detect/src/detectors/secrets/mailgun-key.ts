import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const mailgunKey = vendorToken({
  id: "mailgun_key",
  vendor: "mailgun",
  finds: "Private API keys of Mailgun.",
  source: "Mailgun documentation, API keys",
  atoms: ["key-[0-9a-f]{2}"],
  pattern: "key-[0-9a-f]{32}",
  examples: {
    match: [madeUp("key-", "6a7ed8da7bbbf8be4e4d5a27", "d1cb3a91")],
    ignore: [madeUp("key-", "a5ea7d26dc47"), "cache-key-users-4471"],
  },
});
