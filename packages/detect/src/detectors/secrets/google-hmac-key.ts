import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const googleHmacKey = vendorToken({
  id: "google_hmac_key",
  vendor: "google",
  finds: "Access ids of HMAC keys of Google Cloud Storage.",
  source: "Google Cloud Storage documentation, HMAC keys",
  atoms: ["GOOG1E"],
  pattern: "GOOG1E[A-Z0-9]{55}",
  examples: {
    match: [madeUp("GOOG1E", "KR4AQXVUPCTNWLAVYF6RMPAF", "QFJZCZBTTOFJYU7JSJC3IBOF", "BCIXGY4")],
    ignore: [madeUp("GOOG1E", "DBP7QA5EFE6QEQPNO57Y")],
  },
});
