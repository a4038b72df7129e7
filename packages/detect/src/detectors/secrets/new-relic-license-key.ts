import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const newRelicLicenseKey = vendorToken({
  id: "new_relic_license_key",
  vendor: "newrelic",
  finds: "License and mobile keys of New Relic, and deploy and API keys of Pixie.",
  source: "New Relic documentation, API keys",
  atoms: ["[0-9a-f]NRAL", "[0-9a-f]-NRMA", "px-(?:api|dep)-"],
  pattern:
    "(?:(?:eu|us)[0-9]{2}xx)?[0-9a-f]{30,36}NRAL|AA[0-9a-f]{40}-NRMA|px-(?:api|dep)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
  examples: {
    match: [
      madeUp("2b023a60e4e81e11e3f79aa7", "66907508db28", "NRAL"),
      madeUp("AA", "23ccd71ba82f4dee6a63c596", "20e66869002b6d08", "-NRMA"),
      madeUp("px-dep-", "b5ab9315-bd0e-3a34-bff2-", "aaf438c6b806"),
    ],
    ignore: ["beadNRAL", "px-api-gateway"],
  },
});
