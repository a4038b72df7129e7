import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const planetscaleToken = vendorToken({
  id: "planetscale_token",
  vendor: "planetscale",
  finds: "Passwords, service and OAuth tokens of PlanetScale.",
  source: "PlanetScale documentation, service tokens",
  atoms: ["pscale_(?:pw|tkn|oauth)_"],
  pattern: "pscale_(?:pw|tkn|oauth)_[A-Za-z0-9._-]{32,64}",
  examples: {
    match: [madeUp("pscale_tkn_", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5sL0yAeUiOoXqWvBt")],
    ignore: [madeUp("pscale_tkn_", "short")],
  },
});
