import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const replicateToken = vendorToken({
  id: "replicate_token",
  vendor: "replicate",
  finds: "API tokens of Replicate.",
  source: "Replicate documentation, authentication",
  atoms: ["r8_[A-Za-z0-9]{2}"],
  pattern: "r8_[A-Za-z0-9]{37}",
  examples: {
    match: [madeUp("r8_", "ul9JnueTo5iCtS8qAJUt4sDw", "yPB6pKzQPuY1O")],
    ignore: [madeUp("r8_UnlJ9z"), madeUp("r8_", "x".repeat(37))],
  },
});
