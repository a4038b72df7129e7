import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const nugetKey = vendorToken({
  id: "nuget_key",
  vendor: "nuget",
  finds: "API keys of NuGet.org.",
  source: "NuGet documentation, publish a package",
  atoms: ["oy2[a-z0-9]{2}"],
  pattern: "oy2[a-z0-9]{43}",
  examples: {
    match: [madeUp("oy2", "wuav6vobp5cjjryreqwicgm3", "gxspjetvxpwzvdvu6xp")],
    ignore: [madeUp("oy2", "pwjina5z4ztk"), madeUp("oy2", "x".repeat(43))],
  },
});
