import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const mailgunKeyed = vendorKeyed({
  id: "mailgun_keyed",
  vendor: "mailgun",
  finds: "API keys of Mailgun without a prefix, behind a key that names it.",
  source: "Mailgun documentation, API keys",
  atoms: ["(?i:mailgun)"],
  key: { name: "mailgun", value: "[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}" },
  examples: {
    match: [
      madeUp("MAILGUN_API_KEY=", "c798e2df666bcf0432181a58", "e873db90", "-", "fcd716aa", "-", "180df979"),
    ],
    ignore: [
      madeUp("mailgun_domain=", "005c2389510979904a5b7f8c", "aac0d46b", "-", "bd9e756a", "-", "34e8e930"),
    ],
  },
});
