import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const npmTokenUnchecked = vendorToken({
  id: "npm_token_unchecked",
  vendor: "npm",
  finds: "What has the form of an npm token but not its checksum.",
  source: "npm documentation, access tokens",
  confidence: "likely",
  atoms: ["npm_[A-Za-z0-9]{8}"],
  pattern: "npm_[A-Za-z0-9]{36}",
  examples: {
    match: [madeUp("_authToken=npm_", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5sL0yAeUiO")],
    ignore: [madeUp("npm_", "config_registry"), madeUp("npm_", "x".repeat(36))],
  },
});
