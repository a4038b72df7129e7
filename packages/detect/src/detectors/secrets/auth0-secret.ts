import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const auth0Secret = vendorKeyed({
  id: "auth0_secret",
  vendor: "auth0",
  finds: "Client secrets of Auth0 applications, behind a key that names it.",
  source: "Auth0 documentation, application settings",
  atoms: ["(?i:auth0)"],
  key: { name: "auth0", value: "[A-Za-z0-9_-]{64,66}" },
  examples: {
    match: [
      madeUp(
        "AUTH0_CLIENT_SECRET=",
        "JpxLOHdsEx5GACMMrkgCC8IB",
        "VvJztY506Lyx1kp2pyuyz3TQ",
        "NCJKxvVhRfiebBV7",
      ),
    ],
    ignore: [madeUp("AUTH0_CLIENT_ID=", "Nk2luf843egifzSJe0YnpViJ", "UglS2A00")],
  },
});
