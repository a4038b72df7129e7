import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const launchdarklyKey = vendorToken({
  id: "launchdarkly_key",
  vendor: "launchdarkly",
  finds: "SDK keys, mobile keys and API access tokens of LaunchDarkly.",
  source: "LaunchDarkly documentation, keys",
  atoms: ["(?:sdk|mob|api)-[0-9a-f]{8}-"],
  pattern: "(?:sdk|mob|api)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
  examples: {
    match: [madeUp("sdk-", "5abef7ab-5392-e335-ce11-", "13d4db2b5b52")],
    ignore: ["api-7d9f8b6c-x2x9k restarted"],
  },
});
