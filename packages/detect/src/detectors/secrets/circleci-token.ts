import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const circleciToken = vendorToken({
  id: "circleci_token",
  vendor: "circleci",
  finds: "Personal and project tokens of CircleCI.",
  source: "CircleCI documentation, managing API tokens",
  atoms: ["CCIP(?:AT|RJ)_"],
  pattern: "CCIP(?:AT|RJ)_[A-Za-z0-9]{20,24}_[0-9a-f]{40}",
  examples: {
    match: [madeUp("CCIPAT_", "kyKe373xR9wI0TSFVAf35P", "_", "5ae616b1e5d490340494b35e", "c2daca1760147d30")],
    ignore: [madeUp("CCIPAT_", "D5UE4HH9fI")],
  },
});
