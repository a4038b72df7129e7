import { defineDetector } from "../../detector.ts";
import { standsAlone } from "../../validators/neighbours.ts";
import { isSs58 } from "../../validators/ss58.ts";
import { base58Pattern } from "./base58-pattern.ts";
import { WALLET_WORDS } from "./wallet-words.ts";

export const polkadot = defineDetector({
  id: "polkadot_address",
  type: "crypto_wallet",
  class: "direct_identifier",
  pack: "crypto",
  finds: "Addresses of Polkadot and Kusama with their checksum.",
  source: "Substrate documentation, SS58 address format",
  confidence: "certain",
  atoms: [],
  pattern: base58Pattern("[15CDEFGHJ]"),
  confirm: (candidate, context) => standsAlone(context) && isSs58(candidate),
  near: WALLET_WORDS,
  examples: {
    match: [
      "wallet 15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5",
      "wallet 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
    ],
    ignore: ["5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ"],
  },
});
