import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const segmentToken = vendorToken({
  id: "segment_token",
  vendor: "segment",
  finds: "Public API tokens of Segment.",
  source: "Segment documentation, Public API",
  atoms: ["sgp_[A-Za-z0-9]{2}"],
  pattern: "sgp_[A-Za-z0-9]{64}",
  examples: {
    match: [madeUp("sgp_", "VA1p31eTJQGG4PHJfRiiHUdP", "KkiCgQX8MSZjNI6Pu3igP4GA", "G8DfyyskNsvOFwKJ")],
    ignore: [madeUp("sgp_1QBbZn"), madeUp("sgp_", "x".repeat(64))],
  },
});
