import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const artifactoryToken = vendorToken({
  id: "artifactory_token",
  vendor: "artifactory",
  finds: "API keys, reference tokens and encrypted passwords of JFrog Artifactory.",
  source: "JFrog documentation, access tokens; API keys",
  atoms: ["AKCp[A-Za-z0-9]{2}", "cmVmdGtu[A-Za-z0-9]"],
  pattern: "AKCp[A-Za-z0-9]{69}|cmVmdGtu[A-Za-z0-9]{56}",
  examples: {
    match: [
      madeUp("AKCp", "JqmkVOvnQ0tewCxpTpxjtdjR", "Xhh8RIQAjeGpzxXJoOZwF7Bn", "IHDigNjxLQ8mXvJ5L3v26"),
      madeUp("cmVmdGtu", "xKhBWxtPc3fNo6W5zYdNUy5B", "GquAEzp6Zr3WDOkYa66Y8qo3", "OBQBQtbP"),
    ],
    ignore: [madeUp("AKCp", "OWNUwbpRT4fN"), madeUp("cmVmdGtu", "x".repeat(56))],
  },
});
