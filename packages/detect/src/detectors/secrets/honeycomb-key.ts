import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const honeycombKey = vendorToken({
  id: "honeycomb_key",
  vendor: "honeycomb",
  finds: "Ingest keys of Honeycomb, and management keys with their ids.",
  source: "Honeycomb API reference, authentication",
  atoms: ["hc[a-z]i[kc]_", "hc[a-z]mk_[0-9a-z]{2}"],
  pattern: "hc[a-z]i[kc]_[0-9a-z]{58}|hc[a-z]mk_[0-9a-z]{26}:[0-9a-z]{32}",
  examples: {
    match: [
      madeUp("hcaik_01", "c8twxqpe9g0htklhzzvzz5vw", "lj870sinve0e6ap1znrijop6", "hscysiyr"),
      madeUp("hcamk_01", "c8twxqpe9g0htklhzzvzz5vw", ":", "lj870sinve0e6ap1znrijop6hscysiyr"),
    ],
    ignore: [madeUp("hcaik_", "e6rnotgx"), madeUp("hcamk_01", "c8twxqpe9g0htklhzzvzz5vw")],
  },
});
