import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const dopplerToken = vendorToken({
  id: "doppler_token",
  vendor: "doppler",
  finds: "Tokens of Doppler: personal, service, service account, CLI, SCIM and audit.",
  source: "Doppler documentation, token formats",
  atoms: [String.raw`dp\.(?:pt|st|ct|sa|said|scim|audit)\.`],
  pattern: String.raw`dp\.(?:pt|st(?:\.[a-z0-9_-]{2,35})?|ct|sa|said|scim|audit)\.[A-Za-z0-9]{40,44}`,
  examples: {
    match: [
      madeUp("dp.st.prd.", "hurbYdWCmrWc8ArEhOGaXgZp", "j7kJ4M9afZcxn5lVshv"),
      madeUp("dp.pt.", "0FKXUXE0TgLHp5SsV07g4aoK", "hS0gNg5MaLDokmGWkoo"),
    ],
    ignore: ["dp.pt.width", madeUp("dp.pt.", "x".repeat(43))],
  },
});
