import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const twitterKeyed = vendorKeyed({
  id: "twitter_keyed",
  vendor: "twitter",
  finds: "Consumer keys and access tokens of X, formerly Twitter, behind a key that names it.",
  source: "X developer platform, authentication",
  atoms: ["(?i:twitter)"],
  key: { name: "twitter", value: "[0-9]{9,19}-[A-Za-z0-9]{40}|[A-Za-z0-9]{35,50}|[A-Za-z0-9]{22,25}" },
  examples: {
    match: [
      madeUp("twitter_access_token=", "7214435566", "-", "KySe3JKUmW2m5ggobZuvNi0W", "2jgLCI0vGCR9c7NK"),
      madeUp("TWITTER_API_SECRET=", "cdcAhZpLriDKP3H5VGdB2vAl", "zgJmvx2R0kRD8Sfbor"),
    ],
    ignore: [madeUp("twitter_handle=", "F9u4kE3IHpRNxlKgUi7Wl6rS", "F")],
  },
});
