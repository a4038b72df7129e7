import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const renderKey = vendorToken({
  id: "render_key",
  vendor: "render",
  finds: "API keys of Render.",
  source: "Render documentation, API keys",
  atoms: ["rnd_[A-Za-z0-9]{2}"],
  pattern: "rnd_[A-Za-z0-9]{32}",
  examples: {
    match: [madeUp("rnd_", "r5Adt6MzCK71OE7n3X4vIxc9", "G77Y1BoE")],
    ignore: [madeUp("rnd_cVU0Oe"), madeUp("rnd_", "x".repeat(32))],
  },
});
