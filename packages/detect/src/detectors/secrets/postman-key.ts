import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const postmanKey = vendorToken({
  id: "postman_key",
  vendor: "postman",
  finds: "API keys of Postman.",
  source: "Postman documentation, API keys",
  atoms: ["PMAK-"],
  pattern: "PMAK-[a-f0-9]{24}-[a-f0-9]{34}",
  examples: {
    match: [madeUp("PMAK-", "4f3c2a1b9e8d7c6f5a4b3c2d", "-4f3c2a1b9e8d7c6f5a4b3c2", "d1e0f9a8b7c")],
    ignore: [madeUp("PMAK-", "4f3c2a1b9e8d7c6f5a4b3c2d")],
  },
});
