import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const confluentSecret = vendorToken({
  id: "confluent_secret",
  vendor: "confluent",
  finds: "API secrets of Confluent Cloud.",
  source: "Confluent Cloud documentation, API keys",
  atoms: ["cflt[A-Za-z0-9+/]{2}"],
  pattern: "cflt[A-Za-z0-9+/]{60}",
  examples: {
    match: [madeUp("cflt", "Z9kJa2yR3nmHY2csdSuWSWZh", "jmYpUAyv2fYcTLiTzJbkYlOF", "06VU1m1P9UNb")],
    ignore: [madeUp("cflt", "569ABDQk5fT6ixTinbh0")],
  },
});
