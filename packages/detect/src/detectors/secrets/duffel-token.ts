import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const duffelToken = vendorToken({
  id: "duffel_token",
  vendor: "duffel",
  finds: "Access tokens of Duffel.",
  source: "Duffel documentation, access tokens",
  atoms: ["duffel_(?:live|test)_"],
  pattern: "duffel_(?:live|test)_[A-Za-z0-9_-]{43}",
  examples: {
    match: [madeUp("duffel_live_", "ozVR88-ivM-qUrMvwOR-kqxW", "oDoa6Pk6vu9ZWuYYmlf")],
    ignore: ["duffel_test_mode"],
  },
});
