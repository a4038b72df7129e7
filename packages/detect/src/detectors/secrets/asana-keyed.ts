import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const asanaKeyed = vendorKeyed({
  id: "asana_keyed",
  vendor: "asana",
  finds: "Client secrets and tokens of Asana, behind a key that names it.",
  source: "Asana developer documentation, OAuth",
  atoms: ["(?i:asana)"],
  key: { name: "asana", value: "[0-9a-f]{32}|[0-9]{16}" },
  examples: {
    match: [madeUp("ASANA_CLIENT_SECRET=", "7deb1374dd45e33c6df5b565", "027b12e2")],
    ignore: [madeUp("asana_project=", "ef79709de3fcd1f0bfd000bd", "eba5e58a")],
  },
});
