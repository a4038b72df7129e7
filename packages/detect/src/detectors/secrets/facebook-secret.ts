import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const facebookSecret = vendorKeyed({
  id: "facebook_secret",
  vendor: "facebook",
  finds: "Application secrets of Facebook, behind a key that names it.",
  source: "Meta for Developers, app secrets",
  atoms: ["(?i:facebook)", "(?i:fb[_.-]?(?:app|api))"],
  key: { name: "facebook|\\bfb[_.-]?(?:app|api)", value: "[0-9a-f]{32}" },
  examples: {
    match: [
      madeUp("facebook_app_secret=", "b05948f0f73a3afcb9aab874", "66b2d066"),
      madeUp("fbApiKey: ", "34e7db234a92a50cbc04c055", "d5f7e12d"),
    ],
    ignore: [madeUp("facebook_pixel=", "85edf7cb992330c55fa8aa71", "722049e4")],
  },
});
