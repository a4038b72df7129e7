import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

const HOST = "hooks.slack.com/";

export const slackWebhook = vendorToken({
  id: "slack_webhook",
  vendor: "slack",
  finds: "Paths of Slack webhooks; whoever knows one may post.",
  source: "Slack API, incoming webhooks",
  atoms: [String.raw`hooks\.slack\.com/`],
  pattern: String.raw`hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/_-]{20,}`,
  narrow: (match) => [HOST.length, match.length],
  examples: {
    match: [madeUp("https://hooks.slack.com/", "services/T02AB3CD4/B05EF6GH7/", "k3jQ9xLmZ2vR8tYw4bNc")],
    ignore: [
      "https://hooks.slack.com/services/",
      "https://hooks.slack.com/services/XXXXXXXXXXXXXXXXXXXXXXXXXX",
    ],
  },
});
