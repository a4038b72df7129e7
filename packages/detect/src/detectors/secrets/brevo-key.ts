import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const brevoKey = vendorToken({
  id: "brevo_key",
  vendor: "brevo",
  finds: "API and SMTP keys of Brevo.",
  source: "Brevo developer documentation, API keys",
  atoms: ["x(?:keysib|smtpsib)-"],
  pattern: "x(?:keysib|smtpsib)-[0-9a-f]{64}-[A-Za-z0-9]{16}",
  examples: {
    match: [
      madeUp(
        "xkeysib-",
        "0205270575870032264fa2ba",
        "9df8a1285822184aaf4614dc",
        "90792f3246ee72fd",
        "-",
        "IAM7lNG1odPwQgbh",
      ),
    ],
    ignore: [madeUp("xkeysib-", "a1070796e656")],
  },
});
