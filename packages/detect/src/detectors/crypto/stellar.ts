import { defineDetector } from "../../detector.ts";
import { standsAlone } from "../../validators/neighbours.ts";
import { isStrkey } from "../../validators/strkey.ts";
import { WALLET_WORDS } from "./wallet-words.ts";

export const stellar = defineDetector({
  id: "stellar_address",
  type: "crypto_wallet",
  class: "direct_identifier",
  pack: "crypto",
  finds: "Stellar accounts with their checksum.",
  source: "Stellar SEP-23, strkey",
  confidence: "certain",
  atoms: [],
  pattern: String.raw`\bG[A-D][A-Z2-7]{54}\b`,
  confirm: (candidate, context) => standsAlone(context) && isStrkey(candidate),
  near: WALLET_WORDS,
  examples: {
    match: ["wallet GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7"],
    ignore: ["GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN6"],
  },
});
