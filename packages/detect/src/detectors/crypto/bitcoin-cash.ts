import { defineDetector } from "../../detector.ts";
import { isCashAddress } from "../../validators/bech32.ts";
import { standsAlone } from "../../validators/neighbours.ts";

export const bitcoinCash = defineDetector({
  id: "bitcoin_cash_address",
  type: "crypto_wallet",
  class: "direct_identifier",
  pack: "crypto",
  finds: "Bitcoin Cash addresses with their prefix and checksum.",
  source: "Bitcoin Cash specification, CashAddr",
  confidence: "certain",
  atoms: ["bitcoincash:[pq]"],
  pattern: `bitcoincash:[pq][02-9ac-hj-np-z]{41}`,
  confirm: (candidate, context) =>
    standsAlone(context) && isCashAddress(candidate.slice("bitcoincash:".length)),
  examples: {
    match: ["bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"],
    ignore: ["bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6q"],
  },
});
