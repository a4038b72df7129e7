import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const cloudflareToken = vendorToken({
  id: "cloudflare_token",
  vendor: "cloudflare",
  finds: "API tokens of Cloudflare users and accounts, global keys and Origin CA keys.",
  source: "Cloudflare documentation, token formats",
  atoms: ["cf(?:k|ut|at)_", String.raw`v1\.0-[0-9a-f]{2}`],
  pattern: String.raw`cf(?:k|ut|at)_[A-Za-z0-9_-]{44,56}|v1\.0-[0-9a-f]{24}-[0-9a-f]{146}`,
  examples: {
    match: [
      madeUp("cfut_", "rLZgw7HunWoDQRYZDAEa6aos", "rWlQGOTvZ89hOz9ZdNKI7xEz"),
      madeUp(
        "v1.0-",
        "6f74bde94fb78c8d5f08b79a",
        "-",
        "ffd2b49c12a4b0062983475e",
        "b46c5296f62e338d74ff1fe4",
        "f7f505aef9ebdd25b001a3ff",
        "416d4a3baf69dad8199bfca8",
        "b6f3a6a9421cc1c93016f1c4",
        "261e5351d30b49895d1a0d1f",
        "13",
      ),
    ],
    ignore: ["cfk_settings_reloaded", madeUp("v1.0-", "dce20c4fd32f")],
  },
});
