import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const facebookToken = vendorToken({
  id: "facebook_token",
  vendor: "facebook",
  finds: "Access tokens of Facebook and Instagram, of users, pages and apps.",
  source: "Meta for Developers, access tokens",
  atoms: ["EAA[A-Z][A-Za-z0-9]{2}", "IG(?:QV|AA)", String.raw`[0-9]\|[A-Za-z0-9_-]`],
  pattern: String.raw`EAA[A-Z][A-Za-z0-9]{90,}|IG(?:QV|AA)[A-Za-z0-9_-]{90,}|[0-9]{13,17}\|[A-Za-z0-9_-]{27}`,
  narrow: (match) => [match.indexOf("|") + 1, match.length],
  examples: {
    match: [
      madeUp(
        "EAAC",
        "cYwnRXJmhKbJ8R51PHjBaFCn",
        "cq6yT6lctwEG7zGZTgt0BzYX",
        "IzeFBBJgOoF0FjMmhEIS0acQ",
        "lPU19DkvGi8qaTmD3HGbEksN",
        "l1u3RrfSLkbBSdlUTjRopgFG",
      ),
      madeUp("875351588445368", "|", "je37gaRQBKgWuhYz7WMmNX81", "FYy"),
    ],
    ignore: [madeUp("EAAC", "ZrbMXqsjvpSZqkZgZMY8"), "1308742762612587|done"],
  },
});
