import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const blynkSecret = vendorToken({
  id: "blynk_secret",
  vendor: "blynk",
  finds: "Client secrets of Blynk OAuth clients, behind their ids.",
  source: "Blynk documentation, OAuth 2.0",
  atoms: ["oa2-client-id_"],
  pattern: String.raw`oa2-client-id_[A-Za-z0-9_-]{32}(?::|["\s&,]{1,4}[a-z_"]{0,20}[=: "]{1,4})[A-Za-z0-9_-]{40}`,
  narrow: (match) => [match.length - 40, match.length],
  examples: {
    match: [
      madeUp(
        "oa2-client-id_",
        "rifVlWOWDev8R17VFvLCoSDH",
        "XQmlNU0T",
        ":",
        "iqSULIcKcZLITYIjUjPZXzyF",
        "hVm7d3v6Gwwijyok",
      ),
    ],
    ignore: ["oa2-client-id_missing"],
  },
});
