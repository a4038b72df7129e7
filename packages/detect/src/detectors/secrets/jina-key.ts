import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const jinaKey = vendorToken({
  id: "jina_key",
  vendor: "jina",
  finds: "API keys of Jina AI.",
  source: "Jina AI documentation, authentication",
  atoms: ["jina_[0-9a-f]{2}"],
  pattern: "jina_[0-9a-f]{32}[A-Za-z0-9_-]{28}",
  examples: {
    match: [madeUp("jina_", "60fcac32c49d49aee9f4580d", "08fb6d0e", "auMszruFFoOTYMaXkq4r8dob", "XYGO")],
    ignore: [madeUp("jina_", "293edbd57da8")],
  },
});
