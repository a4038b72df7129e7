import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const twitchStreamKey = vendorToken({
  id: "twitch_stream_key",
  vendor: "twitch",
  finds: "Stream keys of Twitch.",
  source: "Twitch help, stream key",
  atoms: ["live_[0-9]{2}"],
  pattern: "live_[0-9]{6,12}_[A-Za-z0-9]{24,40}",
  examples: {
    match: [madeUp("live_", "583223703", "_", "UHygth3XrtehTxEGqEnYbeEQ", "zqgOcU")],
    ignore: ["live_2026_streams"],
  },
});
