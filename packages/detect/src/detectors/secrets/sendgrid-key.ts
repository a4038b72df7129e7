import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const sendgridKey = vendorToken({
  id: "sendgrid_key",
  vendor: "sendgrid",
  finds: "API keys of SendGrid.",
  source: "SendGrid documentation, API keys",
  atoms: [String.raw`SG\.[A-Za-z0-9_-]{8}`],
  pattern: String.raw`SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}`,
  examples: {
    match: [madeUp("SG.", "mK7pQ2xV9rT4wZ8bN3cF6h.m", "K7pQ2xV9rT4wZ8bN3cF6hJ1d", "G5sL0yAeUiOoXqWvBt")],
    ignore: [
      madeUp("SG.", "mK7pQ2xV9rT4wZ8bN3cF6h"),
      madeUp("SG.", "xxxxxxxxxxxxxxxxxxxxxx.x", "xxxxxxxxxxxxxxxxxxxxxxxx", "xxxxxxxxxxxxxxxxxx"),
    ],
  },
});
