import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const infisicalToken = vendorToken({
  id: "infisical_token",
  vendor: "infisical",
  finds: "Service tokens of Infisical.",
  source: "Infisical documentation, service tokens; lengths as observed",
  confidence: "likely",
  atoms: [String.raw`st\.[0-9a-f]{2}`],
  pattern: String.raw`st\.[0-9a-f]{8}[0-9a-f-]{16,28}\.[0-9a-f]{24,64}\.[0-9a-f]{24,64}`,
  examples: {
    match: [
      madeUp(
        "st.",
        "4921da2e-055c-90eb-6f2a-",
        "ed4c21a9dbf4",
        ".",
        "9a067e24bdb7ec8375637836",
        "8f7e732d",
        ".",
        "2e433ec56f24b1c71b106e93",
        "4d263b5b",
      ),
    ],
    ignore: [madeUp("st.", "a0837bbf1b3b")],
  },
});
