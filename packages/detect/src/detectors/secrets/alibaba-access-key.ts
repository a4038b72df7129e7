import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const alibabaAccessKey = vendorToken({
  id: "alibaba_access_key",
  vendor: "alibaba",
  finds: "Access key ids of Alibaba Cloud accounts.",
  source: "Alibaba Cloud documentation, AccessKey pairs",
  atoms: ["LTAI[A-Za-z0-9]{2}"],
  pattern: "LTAI[A-Za-z0-9]{12,26}",
  examples: {
    match: [madeUp("LTAI", "Xn1eKIA7zPtJcGEoJ3qy")],
    ignore: [madeUp("LTAIRZzQ9A"), madeUp("LTAI", "x".repeat(20))],
  },
});
