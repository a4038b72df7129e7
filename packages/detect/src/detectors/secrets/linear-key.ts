import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const linearKey = vendorToken({
  id: "linear_key",
  vendor: "linear",
  finds: "API keys and OAuth tokens of Linear.",
  source: "Linear developer documentation, API",
  atoms: ["lin_(?:api|oauth|wh)_"],
  pattern: "lin_api_[A-Za-z0-9]{40}|lin_oauth_[0-9a-f]{64}|lin_wh_[A-Za-z0-9]{40}",
  examples: {
    match: [
      madeUp("lin_api_", "tlEaANjENggqHw1PqHrS7GMr", "ltqARDbFRU5ksAga"),
      madeUp("lin_oauth_", "b506573638acc02d384db001", "dc5bb4bb84554433593fde01", "7d4707b72fcdaf17"),
    ],
    ignore: ["lin_api_requests", madeUp("lin_api_", "x".repeat(40))],
  },
});
