import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const googleRefreshToken = vendorToken({
  id: "google_refresh_token",
  vendor: "google",
  finds: "OAuth refresh tokens of Google.",
  source: "Google Identity documentation, OAuth 2.0",
  atoms: ["//0[A-Za-z0-9_-]"],
  pattern: "1//0[A-Za-z0-9_-]{40,}",
  examples: {
    match: [madeUp("1//0", "P6Br1iQFeOUhGXZnnal5WisC", "gEBCY8f5N3-ynbdrZRzsGQBJ", "g3UHKwkflF6X")],
    ignore: [madeUp("1//0", "eshort"), madeUp("1//0", "x".repeat(50))],
  },
});
