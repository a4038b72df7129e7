import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const shopifyToken = vendorToken({
  id: "shopify_token",
  vendor: "shopify",
  finds: "Access tokens and shared secrets of Shopify apps.",
  source: "Shopify documentation, API access tokens",
  atoms: ["shp(?:at|ca|pa|ss)_"],
  pattern: "shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}",
  examples: {
    match: [madeUp("shpat_", "4f3c2a1b9e8d7c6f5a4b3c2d", "1e0f9a8b")],
    ignore: [madeUp("shpat_", "4f3c2a1b9e8d7c6f5a4b")],
  },
});
