import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const azureClientSecret = vendorToken({
  id: "azure_client_secret",
  vendor: "azure",
  finds:
    "Client secrets of Microsoft Entra applications: forty characters with a version digit and Q~ in front.",
  source: "Microsoft identity platform, application credentials",
  atoms: ["Q~[A-Za-z0-9._~-]"],
  pattern: "[A-Za-z0-9._~-]{3}[78]Q~[A-Za-z0-9._~-]{31,34}",
  examples: {
    match: [madeUp("secret abc8Q~", "mK7pQ2xV9rT4wZ8bN3cF", "6hJ1dG5sL0yAeU")],
    ignore: [madeUp("abc8Q~", "short"), madeUp("abc9Q~", "mK7pQ2xV9rT4wZ8bN3cF", "6hJ1dG5sL0yAeU")],
  },
});
