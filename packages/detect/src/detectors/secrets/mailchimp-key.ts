import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const mailchimpKey = vendorToken({
  id: "mailchimp_key",
  vendor: "mailchimp",
  finds: "API keys of Mailchimp, with their data centre behind.",
  source: "Mailchimp developer documentation, quick start",
  atoms: ["[0-9a-f]-us[0-9]"],
  pattern: "[0-9a-f]{32}-us[0-9]{1,2}",
  examples: {
    match: [madeUp("bbcfb4768314cd2feabbda5f", "05cb3967", "-us14")],
    ignore: [madeUp("6b9852e160d8", "-us14")],
  },
});
