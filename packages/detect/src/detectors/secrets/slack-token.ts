import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const slackToken = vendorToken({
  id: "slack_token",
  vendor: "slack",
  finds: "Tokens of Slack bots, users, apps and workspaces: xoxb-, xoxp-, xapp- and others.",
  source: "Slack API, token types",
  atoms: ["xox[a-z][.-]", "xapp-"],
  pattern: String.raw`xox[abdoprsc]-(?:[0-9]{6,}-){1,3}[A-Za-z0-9]{16,}|(?:xoxe\.)?xox[bpe]-[0-9]-[A-Za-z0-9]{40,}|xapp-[0-9]-[A-Za-z0-9]+-[0-9]+-[A-Za-z0-9]+`,
  examples: {
    match: [madeUp("xoxb-", "172433250012-17243325003", "4-mK7pQ2xV9rT4wZ8bN3cF6h", "J1")],
    ignore: [madeUp("xoxb-", "my-bot-token"), madeUp("xoxp-", "1234567890")],
  },
});
