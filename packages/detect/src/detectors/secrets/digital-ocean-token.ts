import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const digitalOceanToken = vendorToken({
  id: "digital_ocean_token",
  vendor: "digitalocean",
  finds: "Personal, OAuth and refresh tokens of DigitalOcean.",
  source: "DigitalOcean API reference, authentication",
  atoms: ["do[opr]_v1_"],
  pattern: "do[opr]_v1_[a-f0-9]{64}",
  examples: {
    match: [madeUp("dop_v1_", "4f3c2a1b9e8d7c6f5a4b3c2d", "1e0f9a8b7c6d5e4f3a2b1c0d", "9e8f7a6b5c4d3e2f")],
    ignore: [madeUp("dop_v1_", "4f3c2a1b9e8d7c6f5a4b3c2d", "1e0f9a8b7c6d5e4f")],
  },
});
