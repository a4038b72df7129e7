import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const asanaToken = vendorToken({
  id: "asana_token",
  vendor: "asana",
  finds: "Personal access tokens of Asana.",
  source: "Asana developer documentation, personal access token",
  atoms: ["/[0-9]{12}"],
  pattern: "[12]/[0-9]{12,20}(?:/[0-9]{12,20})?:[0-9a-f]{32}",
  examples: {
    match: [
      madeUp("2/", "3364504805560698", "/", "4355712715347025", ":", "de9d4a455b817a151dd64b33", "8ec80cc5"),
    ],
    ignore: [madeUp("6051552093309993", ":", "93677fa3")],
  },
});
