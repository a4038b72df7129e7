import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const elasticToken = vendorToken({
  id: "elastic_token",
  vendor: "elastic",
  finds: "Service account tokens and encoded API keys of Elastic.",
  source: "Elastic documentation, service accounts; API keys",
  atoms: ["AAEAAWVsYXN0aWMv", "essu_"],
  pattern: "AAEAAWVsYXN0aWMv[A-Za-z0-9+/_-]{20,}={0,2}|essu_[A-Za-z0-9+/_-]{40,}={0,2}",
  examples: {
    match: [
      madeUp("AAEAAWVsYXN0aWMv", "j3xU3RRBObwDBL7FaJpr7+aA", "fatwNMQZ464IG8Vze88SP/wI", "edAycEfM"),
      madeUp(
        "essu_",
        "6MzACdDZP879OxrC7jok6aQC",
        "JdBew9Gw4tGLJzhKngUGgy94",
        "Y64AE2Bjp0FgjnnmyziEtDqi",
        "nSdZqAjv",
      ),
    ],
    ignore: [madeUp("essu_", "NBL1gz1dNH"), "AAEAAWVsYXN0aWMv"],
  },
});
