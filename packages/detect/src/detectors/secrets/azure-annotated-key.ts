import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const azureAnnotatedKey = vendorToken({
  id: "azure_annotated_key",
  vendor: "azure",
  finds: "Keys of Azure services, by the signature in their middle.",
  source: "Microsoft Security Utilities, common annotated security keys",
  atoms: ["JQQJ99[A-Z]"],
  pattern: "[A-Za-z0-9]{52}JQQJ99[A-Z][A-L][A-Za-z0-9]{24}(?:[A-Za-z0-9]{2}==)?",
  examples: {
    match: [
      madeUp(
        "4rpaFQOqb7XOfCsVtaXrZMAz",
        "Sv2gENfMTx0MOdOQw4SG8nfn",
        "L5Of",
        "JQQJ99BD",
        "a6qD8mJ7ZDNBmJaDtDLZc5t4",
      ),
    ],
    ignore: [
      madeUp("UuHF7KVMLp7hvdCTquY1XVcK", "GAFRFW", "JQQJ99BD", "a94Hj9wNYWx0T0zbFDteMXi6"),
      madeUp(
        "4rpaFQOqb7XOfCsVtaXrZMAz",
        "Sv2gENfMTx0MOdOQw4SG8nfn",
        "L5Of",
        "JQQJ99BD",
        "a6qD8mJ7ZDNBmJaDtDLZc5t",
      ),
    ],
  },
});
