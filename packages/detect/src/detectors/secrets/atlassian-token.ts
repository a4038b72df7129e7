import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const atlassianToken = vendorToken({
  id: "atlassian_token",
  vendor: "atlassian",
  finds: "API tokens of Atlassian accounts.",
  source: "Atlassian support, manage API tokens",
  atoms: ["AT(?:AT|CT|BB)[A-Za-z0-9]"],
  pattern: "AT[AC]TT3[A-Za-z0-9_=-]{50,}|ATBB[A-Za-z0-9]{32}",
  examples: {
    match: [madeUp("ATATT3", "xFfGF0mK7pQ2xV9rT4wZ8bN3", "cF6hJ1dG5sL0yAeUiOoXqWvB", "tRkPzMnHgCjDfSlEa7")],
    ignore: [madeUp("ATATT3", "short")],
  },
});
