import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const vaultUnsealKey = vendorKeyed({
  id: "vault_unseal_key",
  vendor: "hashicorp",
  finds: "Unseal keys of HashiCorp Vault.",
  source: "HashiCorp Vault documentation, seal and unseal",
  atoms: ["(?i:unseal)"],
  key: {
    name: "unseal",
    role: "(?:[ _]key)?(?:[ _][0-9])?",
    value: "[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{44}",
  },
  examples: {
    match: [
      madeUp("Unseal Key 1: ", "b5FU8hgrB4PgUDfVAeajqqhV", "SuKJZCbBNK70lUt6Tuvz"),
      madeUp("vault operator unseal ", "6Vptr4z4qJbpr7FfyBEm8brC", "8AooZigxctFE19KoOyVs"),
    ],
    ignore: ["vault operator unseal progress 1/3"],
  },
});
