import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const npmToken = vendorToken({
  id: "npm_token",
  vendor: "npm",
  finds: "Access tokens of the npm registry.",
  source: "npm documentation, access tokens",
  atoms: ["npm_[A-Za-z0-9]{8}"],
  pattern: "npm_[A-Za-z0-9]{36}",
  examples: {
    match: [madeUp("_authToken=npm_", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5sL0yAeUiO")],
    ignore: [madeUp("npm_", "config_registry"), madeUp("npm_", "x".repeat(36))],
  },
});
