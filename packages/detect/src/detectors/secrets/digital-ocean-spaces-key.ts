import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const digitalOceanSpacesKey = vendorToken({
  id: "digital_ocean_spaces_key",
  vendor: "digitalocean",
  finds: "Access key ids of DigitalOcean Spaces.",
  source: "DigitalOcean documentation, Spaces access keys",
  atoms: ["DO00[A-Z0-9]{2}"],
  pattern: "DO00[A-Z0-9]{16}",
  examples: {
    match: [madeUp("DO00", "Y5GCQ8NKM7WG38N4")],
    ignore: [madeUp("DO00", "6BX7V03N")],
  },
});
