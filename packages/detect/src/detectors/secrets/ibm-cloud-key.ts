import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const ibmCloudKey = vendorKeyed({
  id: "ibm_cloud_key",
  vendor: "ibm",
  finds: "API keys of IBM Cloud and of its object storage, behind a key that names it.",
  source: "IBM Cloud documentation, managing API keys",
  atoms: ["(?i:ibm)"],
  key: { name: "ibm", value: "[A-Za-z0-9_-]{44}" },
  examples: {
    match: [madeUp("ibm_cloud_iam-key : ", "zRQfheL2nbayMHtN7YA3aH9v", "3RLR10ONPAorSgMaF9La")],
    ignore: [madeUp("ibm_cloud_region=", "MM6Czi5NEuBALXCvkBgasUke", "4oxF43ORDx5IAGDMGFP8")],
  },
});
