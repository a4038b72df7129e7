import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const azureSearchKey = vendorToken({
  id: "azure_search_key",
  vendor: "azure",
  finds:
    "Admin and query keys of Azure AI Search and keys of Azure Functions, by the signature near their end.",
  source: "Microsoft Security Utilities, identifiable keys",
  atoms: ["Az(?:Se|Fu)[A-Za-z0-9_-]{2}"],
  pattern: "[A-Za-z0-9_-]{42}AzSe[A-D][A-Za-z0-9]{5}|[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==",
  examples: {
    match: [
      madeUp("cMUXv5eBoaPzoxZCYCdEz6DQ", "MvE5mVXRV99nCQvtsU", "AzSeA", "7RTAu"),
      madeUp("wm6zo88EB0OGet9d9xYyQ6b0", "fI7fLAz7vT0sxJmPU3Ud", "AzFu", "XyymF", "Q=="),
    ],
    ignore: [madeUp("gMZwKPaEpCejiUKb4GEQ", "AzSeA", "nFNGa")],
  },
});
