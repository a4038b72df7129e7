import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const nvidiaKey = vendorToken({
  id: "nvidia_key",
  vendor: "nvidia",
  finds: "API keys of NVIDIA NIM and NGC.",
  source: "NVIDIA documentation, API keys",
  atoms: ["nvapi-"],
  pattern: "nvapi-[A-Za-z0-9_-]{60,70}",
  examples: {
    match: [madeUp("nvapi-", "fEZeQ-s-vHYd28YFrFKjsP_T", "WMTwQmbq8K9ryasC__ZZP6cM", "rTNYouK0NFmx78ir")],
    ignore: [madeUp("nvapi-", "as2YIK"), madeUp("nvapi-", "x".repeat(64))],
  },
});
