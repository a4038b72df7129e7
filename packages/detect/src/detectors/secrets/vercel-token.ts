import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const vercelToken = vendorToken({
  id: "vercel_token",
  vendor: "vercel",
  finds: "Tokens of Vercel users, apps, integrations and of its storage.",
  source: "Vercel documentation, account tokens; Vercel Blob",
  atoms: ["vc[piark]_[A-Za-z0-9]{2}", "vercel_blob_rw_"],
  pattern: "vc[piark]_[A-Za-z0-9]{24,64}|vercel_blob_rw_[A-Za-z0-9]{8,32}_[A-Za-z0-9]{20,40}",
  examples: {
    match: [
      madeUp("vcp_", "Nje1SHQwMXbQP7PGYSa5KD1u", "SJoBczgVgIcAy18hSLXbC6aN", "RkLI1Lhx"),
      madeUp("vercel_blob_rw_", "OtLMmF1F4mufwRLN", "_", "InqtozMlTMAEsuha1u6DhzWV", "S1o38f"),
    ],
    ignore: [madeUp("vcp_", "FAa6weI3qR"), "vercel_blob_rw_token"],
  },
});
