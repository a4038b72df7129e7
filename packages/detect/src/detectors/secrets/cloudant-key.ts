import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const cloudantKey = vendorKeyed({
  id: "cloudant_key",
  vendor: "cloudant",
  finds: "API keys and passwords of IBM Cloudant, behind a key that names it.",
  source: "IBM Cloudant documentation, API keys",
  atoms: ["(?i:cloudant)", "(?i:clou[_-])"],
  key: { name: "cloudant|clou[_-]", value: "[0-9a-f]{64}|[a-z]{24}" },
  examples: {
    match: [
      madeUp("cloudant_pw=", "42e8ff1150af0c7a1a5fb269", "a997d7112accd72576d32e1f", "82c371a5c1856a44"),
      madeUp("cloudant_key: ", "mnbvczlkjhgfdsapoiuytrew"),
    ],
    ignore: [
      madeUp("cloudant_db=", "5bf5c016d76b4e0f67ee23eb", "da27a59a60be9762511b2722", "6c3a7a37ba47e498"),
    ],
  },
});
