import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const honeycombKey = vendorToken({
  id: "honeycomb_key",
  vendor: "honeycomb",
  finds: "Ingest and management keys of Honeycomb.",
  source: "Honeycomb documentation, API keys",
  atoms: ["hc[a-z][ilm][a-z]?k_"],
  pattern: "hc[a-z](?:ik|lk|mk)_[A-Za-z0-9]{26,64}",
  examples: {
    match: [madeUp("hcaik_01", "c8twxqpe9g0htklhzzvzz5vw", "lj870sinve0e6ap1znrijop6", "hscysiyr")],
    ignore: [madeUp("hcaik_", "e6rnotgx")],
  },
});
