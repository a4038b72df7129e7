import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const readmeKey = vendorToken({
  id: "readme_key",
  vendor: "readme",
  finds: "API keys of ReadMe.",
  source: "ReadMe documentation, authentication",
  atoms: ["rdme_[a-z0-9]{2}"],
  pattern: "rdme_[a-z0-9]{70}",
  examples: {
    match: [
      madeUp("rdme_", "7hshfnop6dpevgcnltvf3lau", "00cfpj6kjwinmovea4c57vee", "mdx0fwk55iqtd3k1y6t8he"),
    ],
    ignore: [madeUp("rdme_", "qopm39p5dzzv")],
  },
});
