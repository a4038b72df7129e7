import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const railwayToken = vendorKeyed({
  id: "railway_token",
  vendor: "railway",
  finds: "Tokens of Railway, behind a key that names it.",
  source: "Railway documentation, public API",
  atoms: ["(?i:railway)"],
  key: {
    name: "railway",
    value: "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
  },
  examples: {
    match: [madeUp("RAILWAY_TOKEN=", "ae04cb74-d852-4d29-7d81-", "aada7906817f")],
    ignore: [madeUp("railway_service=", "51e34506-9deb-a9bc-b8b0-", "a4fe8a8952d5")],
  },
});
