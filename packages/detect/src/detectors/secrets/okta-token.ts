import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const oktaToken = vendorKeyed({
  id: "okta_token",
  vendor: "okta",
  finds: "API tokens of Okta, behind a key that names it.",
  source: "Okta developer documentation, API tokens",
  atoms: ["(?i:okta)"],
  key: { name: "okta", value: "00[A-Za-z0-9_-]{40}" },
  examples: {
    match: [
      madeUp("OKTA_API_TOKEN=00", "tvZ5SwZb6aP8QBdAr1G3Ds7B", "AmvFel9X2KdWiHsQ"),
      madeUp("okta_api_key: 00", "fBAhi4ziMEPGBPE9B0rS9cB9", "lgeUDhRKZkQEjhEH"),
    ],
    ignore: [madeUp("okta_user=00", "xCGwlggK3Z4mXxR1ek5jnbe0", "ozW37GRKNlfuzfxg")],
  },
});
