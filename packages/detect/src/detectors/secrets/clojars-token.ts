import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const clojarsToken = vendorToken({
  id: "clojars_token",
  vendor: "clojars",
  finds: "Deploy tokens of Clojars.",
  source: "Clojars documentation, deploy tokens",
  atoms: ["CLOJARS_"],
  pattern: "CLOJARS_[a-z0-9]{60}",
  examples: {
    match: [madeUp("CLOJARS_", "krpbndz2ms6gmpdidfeviamr", "8aubnuub5zvld0cfv5zq3abu", "ud0vkfbjnj7f")],
    ignore: [madeUp("CLOJARS", "_wx1w89"), madeUp("CLOJARS_", "x".repeat(60))],
  },
});
