import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const awsMwsToken = vendorToken({
  id: "aws_mws_token",
  vendor: "aws",
  finds: "Authorization tokens of Amazon Marketplace Web Service.",
  source: "Amazon MWS Developer Guide, authorization",
  atoms: [String.raw`amzn\.mws\.`],
  pattern: String.raw`amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`,
  examples: {
    match: [madeUp("amzn.mws.", "92373288-1584-d8c4-fa28-", "15d280282728")],
    ignore: [madeUp("amzn.mws.", "orders.list")],
  },
});
