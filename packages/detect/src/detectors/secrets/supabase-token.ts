import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const supabaseToken = vendorToken({
  id: "supabase_token",
  vendor: "supabase",
  finds: "Personal access tokens and secret keys of Supabase.",
  source: "Supabase documentation, API keys",
  atoms: ["sbp_[0-9a-f]{2}", "sb_secret_"],
  pattern: "sbp_[0-9a-f]{40}|sb_secret_[A-Za-z0-9_-]{22,60}",
  examples: {
    match: [
      madeUp("sbp_", "75b15b0be23b7ac193fe0407", "2755398003680e7e"),
      madeUp("sb_secret_", "NsMWFiP7-jOPPzRddS7yVCx1", "EyGurze"),
    ],
    ignore: ["sb_secret_rotation", madeUp("sbp_", "adac1a4b7d")],
  },
});
