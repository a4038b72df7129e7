import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const softlayerKey = vendorKeyed({
  id: "softlayer_key",
  vendor: "softlayer",
  finds: "API keys of IBM Cloud classic infrastructure, behind a key that names it.",
  source: "IBM Cloud documentation, classic infrastructure API keys",
  atoms: ["(?i:softlayer)", "(?i:sl[_-](?:api|key))"],
  key: { name: "softlayer|\\bsl[_-](?:api|key)", role: "(?:key|token|secret)?", value: "[0-9A-Fa-f]{64}" },
  examples: {
    match: [
      madeUp("softlayer_key: ", "43d65628343db26ca374bde6", "57a13442b11e158b6ea92df3", "ccc05201a43ac4d9"),
      madeUp("sl-key=", "48c58ca40a92ffb1d285307b", "d72886654fadab7d1ca32143", "53d94b53ba9e6c91"),
    ],
    ignore: [madeUp("softlayer_key: ", "51ec14f0be74618639f0")],
  },
});
