import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const langfuseKey = vendorToken({
  id: "langfuse_key",
  vendor: "langfuse",
  finds: "Secret keys of Langfuse.",
  source: "Langfuse documentation, authentication",
  atoms: ["sk-lf-"],
  pattern: "sk-lf-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
  examples: {
    match: [madeUp("sk-lf-", "cafe1f61-51b9-267f-9ed2-", "12562c49b24a")],
    ignore: ["sk-lf-missing"],
  },
});
