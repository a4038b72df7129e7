import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const herokuKeyed = vendorKeyed({
  id: "heroku_keyed",
  vendor: "heroku",
  finds: "API keys of Heroku in the form of UUIDs, behind a key that names it.",
  source: "Heroku Dev Center, authentication",
  atoms: ["(?i:heroku)"],
  key: {
    name: "heroku",
    value: "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
  },
  examples: {
    match: [madeUp("HEROKU_API_KEY=", "3af75d86-5ccd-95c0-f322-", "0950d4fac9bc")],
    ignore: [madeUp("heroku_dyno=", "8b6c4dac-743d-4b0c-d250-", "e827049b37f8")],
  },
});
