import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const groqKey = vendorToken({
  id: "groq_key",
  vendor: "groq",
  finds: "API keys of Groq.",
  source: "Groq documentation, quickstart",
  atoms: ["gsk_[A-Za-z0-9]{2}"],
  pattern: "gsk_[A-Za-z0-9]{52}",
  examples: {
    match: [madeUp("gsk_", "zgmBHume3x2wTCm4aqmRq6A0", "e55PWkdYGSowmnDVTiP70kZ6", "4kzq")],
    ignore: [madeUp("gsk_Bbd4jo"), madeUp("gsk_", "x".repeat(52))],
  },
});
