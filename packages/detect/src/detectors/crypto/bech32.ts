import { defineDetector } from "../../detector.ts";
import { isBech32 } from "../../validators/bech32.ts";
import { standsAlone } from "../../validators/neighbours.ts";

export const bech32 = defineDetector({
  id: "bech32_address",
  type: "crypto_wallet",
  class: "direct_identifier",
  pack: "crypto",
  finds:
    "Addresses in bech32 or bech32m with their checksum: Bitcoin, Litecoin, Cosmos and its kin, Cardano, Binance.",
  source: "BIP 173; BIP 350; CIP-19",
  confidence: "certain",
  atoms: [`(?i:bc|tb|ltc|cosmos|osmo|addr|stake|bnb|celestia|inj)1[02-9ac-hj-np-zAC-HJ-NP-Z]{3}`],
  pattern: `(?i:bc|tb|ltc|cosmos|osmo|addr|stake|bnb|celestia|inj)1[02-9ac-hj-np-zAC-HJ-NP-Z]{30,110}`,
  confirm: (candidate, context) => standsAlone(context) && isBech32(candidate),
  examples: {
    match: ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ"],
    ignore: ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp", "bc1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDq"],
  },
});
