import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const twilioAuthToken = vendorKeyed({
  id: "twilio_auth_token",
  vendor: "twilio",
  finds: "Auth tokens of Twilio accounts, behind a key that names it.",
  source: "Twilio documentation, auth tokens",
  atoms: ["(?i:twilio)"],
  key: { name: "twilio", value: "[0-9a-f]{32}" },
  examples: {
    match: [madeUp("TWILIO_AUTH_TOKEN=", "79ec375b9b4fd521843c260d", "41d23fb7")],
    ignore: [madeUp("twilio_account=", "3ed165da2865c97ccaaaf1fe", "68d5b292")],
  },
});
