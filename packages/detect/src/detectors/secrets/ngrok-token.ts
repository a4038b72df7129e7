import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const ngrokToken = vendorKeyed({
  id: "ngrok_token",
  vendor: "ngrok",
  finds: "Auth tokens of ngrok, behind a key that names it.",
  source: "ngrok documentation, authtokens",
  atoms: ["(?i:ngrok)", "(?i:authtoken)"],
  key: {
    name: "ngrok|authtoken",
    role: "(?:token|key)?",
    value: "[A-Za-z0-9]{20,30}_[A-Za-z0-9]{16,24}",
  },
  examples: {
    match: [
      madeUp("NGROK_AUTHTOKEN=2", "u6UeHJENxTN0dABPsuuF5lt1", "wd", "_", "4sxjO4LWlRu6tp0iaEppa"),
      madeUp(
        "ngrok config add-authtok",
        "en 2",
        "72A0dVZiLruwOHeoFSRkztL3",
        "nW",
        "_",
        "wF9nbKDkabpswz27ECbMu",
      ),
    ],
    ignore: ["ngrok_region=eu", "authtoken 2abc_def"],
  },
});
