import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const adobeSecret = vendorToken({
  id: "adobe_secret",
  vendor: "adobe",
  finds: "Client secrets of Adobe developer projects.",
  source: "Adobe developer documentation, server-to-server authentication",
  atoms: ["p8e-"],
  pattern: "p8e-[A-Za-z0-9_-]{32}",
  examples: {
    match: [madeUp("p8e-", "88b3f9c6ad09844593dedd63", "4d54a7dc")],
    ignore: [madeUp("p8e-", "843565f6ef30")],
  },
});
