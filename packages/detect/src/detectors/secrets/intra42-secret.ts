import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const intra42Secret = vendorToken({
  id: "intra42_secret",
  vendor: "intra42",
  finds: "Client secrets of the 42 intranet.",
  source: "42 API documentation, getting started",
  atoms: ["s-s4t2(?:ud|af)-"],
  pattern: "s-s4t2(?:ud|af)-[0-9a-f]{64}",
  examples: {
    match: [madeUp("s-s4t2ud-", "430dd737ea6a2e5a2a038d5a", "1e3a6594888e498e656e46a5", "c9cfc4b1d85a6c84")],
    ignore: ["s-s4t2ud-missing"],
  },
});
