import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const netlifyToken = vendorToken({
  id: "netlify_token",
  vendor: "netlify",
  finds: "Personal, OAuth and build tokens of Netlify.",
  source: "Netlify documentation, API authentication",
  atoms: ["nf[pcoub]_[A-Za-z0-9]{2}"],
  pattern: "nf[pcoub]_[A-Za-z0-9]{36}",
  examples: {
    match: [madeUp("nfp_", "HoXJVOvDLtcj4Jc3JRaaPJBR", "k1SVzKQfGUd5")],
    ignore: [madeUp("nfp_", "eHJgDo5yq7"), madeUp("nfp_", "x".repeat(36))],
  },
});
