import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const contentfulToken = vendorToken({
  id: "contentful_token",
  vendor: "contentful",
  finds: "Personal access tokens of Contentful.",
  source: "Contentful documentation, authentication",
  atoms: ["CFPAT-"],
  pattern: "CFPAT-[A-Za-z0-9_-]{43}",
  examples: {
    match: [madeUp("CFPAT-", "1CuczAUZ5uzhdW6VvHDwcpzF", "-8ZWIWXhRVolR9ORjnm")],
    ignore: ["CFPAT-missing"],
  },
});
