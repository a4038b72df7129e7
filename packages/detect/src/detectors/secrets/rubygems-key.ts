import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const rubygemsKey = vendorToken({
  id: "rubygems_key",
  vendor: "rubygems",
  finds: "API keys of RubyGems.org.",
  source: "RubyGems guides, API key scopes",
  atoms: ["rubygems_"],
  pattern: "rubygems_[0-9a-f]{48}",
  examples: {
    match: [madeUp("rubygems_", "a3178b6e0e30f328549c488e", "00a4ff1125cf5ec72ba69416")],
    ignore: [madeUp("rubygem", "s_5beaec"), madeUp("rubygems_", "x".repeat(48))],
  },
});
