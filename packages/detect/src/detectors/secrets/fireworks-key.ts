import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const fireworksKey = vendorToken({
  id: "fireworks_key",
  vendor: "fireworks",
  finds: "API keys of Fireworks AI.",
  source: "Fireworks documentation, API keys",
  atoms: ["fw_[A-Za-z0-9]{2}"],
  pattern: "fw_[A-Za-z0-9]{22,24}",
  examples: {
    match: [madeUp("fw_", "iKcGFWZ4LKNE7wAF6qZFIPdq")],
    ignore: [madeUp("fw_D38aoc"), madeUp("fw_", "x".repeat(24))],
  },
});
