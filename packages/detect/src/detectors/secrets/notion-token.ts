import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const notionToken = vendorToken({
  id: "notion_token",
  vendor: "notion",
  finds: "Integration tokens of Notion.",
  source: "Notion developer documentation, authorization",
  atoms: ["secret_[A-Za-z0-9]{2}", "ntn_[0-9]{2}"],
  pattern: "secret_[A-Za-z0-9]{43}|ntn_[0-9]{11}[A-Za-z0-9]{32,40}",
  examples: {
    match: [
      madeUp("ntn_", "07830923141", "xVwFVpFbwTEgx7cPrJLTbU76", "Gtgb7KlCfH2"),
      madeUp("secret_", "vpvK0oyDSgCVDGhvvtMgZKOq", "NbQqdFP5dAsOqZGMaFi"),
    ],
    ignore: ["secret_rotation", madeUp("ntn_", "45534530")],
  },
});
