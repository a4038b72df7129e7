import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const lobKey = vendorToken({
  id: "lob_key",
  vendor: "lob",
  finds: "API keys of Lob, of test mode too.",
  source: "Lob documentation, authentication",
  atoms: ["(?:live|test)_[0-9a-f]{2}"],
  pattern: "(?:live|test)_[0-9a-f]{35}",
  examples: {
    match: [madeUp("live_", "216ef29a54358a557f788175", "92ce63dfa1c")],
    ignore: ["test_deadbeef"],
  },
});
