import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const datadogKey = vendorKeyed({
  id: "datadog_key",
  vendor: "datadog",
  finds: "API and application keys of Datadog, behind a key that names it.",
  source: "Datadog documentation, API and application keys",
  atoms: ["(?i:datadog)", "(?i:dd[_-]ap[ip])"],
  key: { name: "datadog|\\bdd[_-]ap[ip]", value: "[0-9a-f]{40}|[0-9a-f]{32}" },
  examples: {
    match: [
      madeUp("DD_API_KEY=", "9209dcb468e07e032fd0db16", "1b56bb9a"),
      madeUp("datadog_app_key: ", "2f5fe555a6323d188a3b99e6", "8433f7a43c5e11dc"),
    ],
    ignore: [madeUp("dd.trace_id=", "057071e2b0cf6128e6e96235", "783d50ea")],
  },
});
