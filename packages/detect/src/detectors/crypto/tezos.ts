import { defineDetector } from "../../detector.ts";
import { isBase58Check } from "../../validators/base58.ts";
import { standsAlone } from "../../validators/neighbours.ts";

export const tezos = defineDetector({
  id: "tezos_address",
  type: "crypto_wallet",
  class: "direct_identifier",
  pack: "crypto",
  finds: "Tezos addresses with their checksum.",
  source: "Tezos documentation, base58 prefixes",
  confidence: "certain",
  atoms: [`(?:tz[1-4]|KT1)[1-9A-HJ-NP-Za-km-z]{3}`],
  pattern: String.raw`\b(?:tz[1-4]|KT1)[1-9A-HJ-NP-Za-km-z]{33}\b`,
  confirm: (candidate, context) => standsAlone(context) && isBase58Check(candidate, 23),
  examples: {
    match: ["tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb"],
    ignore: ["tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjc"],
  },
});
