import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const ageSecretKey = vendorToken({
  id: "age_secret_key",
  vendor: "age",
  finds: "Secret keys of age.",
  source: "age specification, X25519 recipient stanza",
  atoms: ["AGE-SECRET-KEY-1"],
  pattern: "AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}",
  examples: {
    match: [madeUp("AGE-SECRET-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KH", "CE6MUA7LQPZRY9X8GF2TVDW0", "S3JN54KHCE")],
    ignore: [madeUp("AGE-SECRET-KEY-1", "QPZRY")],
  },
});
