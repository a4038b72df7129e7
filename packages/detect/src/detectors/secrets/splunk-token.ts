import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const splunkToken = vendorKeyed({
  id: "splunk_token",
  vendor: "splunk",
  finds: "Tokens of the HTTP event collector of Splunk.",
  source: "Splunk documentation, HTTP Event Collector",
  atoms: ["(?i:splunk)"],
  key: {
    name: "splunk",
    value: "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
  },
  examples: {
    match: [madeUp("SPLUNK_HEC_TOKEN=", "9113a04b-da7d-b79e-4bc9-", "1fcb656add11")],
    ignore: [madeUp("splunk_index=", "adf5db7a-19e5-cbf0-d5e6-", "d2e0cc811dcb")],
  },
});
