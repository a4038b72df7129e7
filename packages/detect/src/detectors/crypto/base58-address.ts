import { defineDetector } from "../../detector.ts";
import { isBase58Check, RIPPLE } from "../../validators/base58.ts";
import { standsAlone } from "../../validators/neighbours.ts";
import { base58Pattern, DIGIT_IN_LETTERS } from "./base58-pattern.ts";

/** Bytes of an address: a version, of two bytes in Zcash, and a hash of 160 bits. */
const ADDRESS_BYTES = 21;

export const base58Address = defineDetector({
  id: "base58_address",
  type: "crypto_wallet",
  class: "direct_identifier",
  pack: "crypto",
  finds:
    "Addresses of Bitcoin (P2PKH, P2SH), Litecoin, Dogecoin, Dash, TRON, Zcash and the XRP Ledger with their checksum.",
  source:
    "Bitcoin developer reference, Base58Check; BIP 13; chain parameters of Litecoin, Dogecoin and Dash; TRON documentation, account address format; Zcash protocol specification section 5.6.1; XRPL documentation, base58 encodings",
  confidence: "certain",
  atoms: [DIGIT_IN_LETTERS],
  pattern: base58Pattern("[13LMDXTrt]"),
  confirm: (candidate, context) => standsAlone(context) && isAddress(candidate),
  examples: {
    match: [
      "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
      "to 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy.",
      "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1",
      "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
      "TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW",
      "t1Hsc1LR8yKnbbe3twRp88p6vFfC5t7DLbs",
      "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
    ],
    ignore: [
      "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
      "16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ2",
      "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi",
      "t1Hsc1LR8yKnbbe3twRp88p6vFfC5t7DLbt",
      "responsibilitiesOfThe2ndController",
    ],
  },
});

function isAddress(candidate: string): boolean {
  if (candidate[0] === "r") return isBase58Check(candidate, ADDRESS_BYTES, RIPPLE);
  return isBase58Check(candidate, candidate[0] === "t" ? ADDRESS_BYTES + 1 : ADDRESS_BYTES);
}
