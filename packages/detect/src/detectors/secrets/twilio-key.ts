import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const twilioKey = vendorToken({
  id: "twilio_key",
  vendor: "twilio",
  finds: "Key ids and auth tokens in the format of Twilio: SK and 32 hex digits.",
  source: "Twilio documentation, API keys",
  atoms: ["SK[0-9a-f]{2}"],
  pattern: "SK[0-9a-f]{32}",
  examples: {
    match: [madeUp("SK", "8500f17f4b4ca1b570e2e619", "e469a62c")],
    ignore: [madeUp("SK", "050bf72fbf666f69"), madeUp("SK", "x".repeat(32))],
  },
});
