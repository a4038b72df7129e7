import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const postmarkToken = vendorKeyed({
  id: "postmark_token",
  vendor: "postmark",
  finds: "Server and account tokens of Postmark, behind a key that names it.",
  source: "Postmark developer documentation, authentication",
  atoms: ["(?i:postmark)"],
  key: {
    name: "postmark",
    value: "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
  },
  examples: {
    match: [madeUp("POSTMARK_SERVER_TOKEN=", "988f130e-8fbb-7b16-ce20-", "dd12ea549f20")],
    ignore: [madeUp("postmark-message: ", "0a91ffbb-0e09-7a21-8c8e-", "e11734a9a72a")],
  },
});
