import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const azureDevopsToken = vendorToken({
  id: "azure_devops_token",
  vendor: "azure",
  finds: "Personal access tokens of Azure DevOps, by the signature near their end.",
  source: "Azure DevOps documentation, use personal access tokens",
  atoms: ["AZDO[A-Za-z0-9]{2}"],
  pattern: "[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}",
  examples: {
    match: [
      madeUp(
        "oy32NFR5PYZpcb9T2039BICb",
        "tw5ze9lfAEZ7770h2dcPyGOJ",
        "JhrG80usp2w5dFjxCAyIOk6C",
        "ptT9",
        "AZDO",
        "IoQh",
      ),
    ],
    ignore: [madeUp("obswHGETh8lMYQOymAAiTdR9", "Up14PehPjPB9atpT", "AZDO", "DBMf")],
  },
});
