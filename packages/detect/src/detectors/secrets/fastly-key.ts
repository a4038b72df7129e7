import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const fastlyKey = vendorKeyed({
  id: "fastly_key",
  vendor: "fastly",
  finds: "API tokens of Fastly, behind a key that names it.",
  source: "Fastly documentation, using API tokens",
  atoms: ["(?i:fastly)"],
  key: { name: "fastly", value: "[A-Za-z0-9_-]{32}" },
  examples: {
    match: [madeUp("Fastly-Key: ", "q5a0K5nszaEs915ovPiSbaTx", "3jnjD0SG")],
    ignore: [madeUp("fastly_service=", "BoIV9ju1bPK8qFVjsiHP4j9e", "zctRAVYB")],
  },
});
