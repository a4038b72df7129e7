import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const slackToken = vendorToken({
  id: "slack_token",
  vendor: "slack",
  finds:
    "Tokens of Slack bots, users, apps and workspaces: xoxb-, xoxp-, xapp- and others, browser sessions too.",
  source: "Slack API, token types",
  atoms: ["xox[a-z][.-]", "xapp-"],
  pattern: String.raw`xox[abdeoprc]-(?:[0-9]{6,}-){1,4}[A-Za-z0-9]{16,}|xoxs-(?:[0-9]{6,}-){3}[0-9a-f]{10,}|(?:xoxe\.)?xox[bpe]-[0-9]-[A-Za-z0-9]{40,}|xox[ar]-(?:[0-9]-)?[0-9a-z]{12,}|xoxd-[A-Za-z0-9%/+_-]{40,}|xapp-[0-9]-[A-Za-z0-9]+-[0-9]+-[A-Za-z0-9]+`,
  examples: {
    match: [madeUp("xoxb-", "172433250012-17243325003", "4-mK7pQ2xV9rT4wZ8bN3cF6h", "J1")],
    ignore: [madeUp("xoxb-", "my-bot-token"), madeUp("xoxp-", "1234567890")],
  },
});
