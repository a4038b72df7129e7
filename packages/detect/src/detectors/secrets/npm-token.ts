import { madeUp } from "../../example-token.ts";
import { hasTokenChecksum } from "../../validators/token-checksum.ts";
import { vendorToken } from "./vendor-token.ts";

export const npmToken = vendorToken({
  id: "npm_token",
  vendor: "npm",
  finds: "Access tokens of the npm registry with their checksum.",
  source: "npm documentation, access tokens; GitHub Blog, npm's new access token format",
  atoms: ["npm_[A-Za-z0-9]{8}"],
  pattern: "npm_[A-Za-z0-9]{36}",
  check: hasTokenChecksum,
  examples: {
    match: [madeUp("_authToken=npm_", "2cPzSfldfAd0rX43", "2CuFc1nTKSbrCX", "24ZUKK")],
    ignore: [
      madeUp("npm_", "2cPzSfldfAd0rX43", "2CuFc1nTKSbrCX", "24ZUK0"),
      madeUp("npm_", "config_registry"),
    ],
  },
});
