import { defineDetector } from "../../detector.ts";
import { isBase58Check } from "../../validators/base58.ts";
import { standsAlone } from "../../validators/neighbours.ts";

export const extendedPublicKey = defineDetector({
  id: "extended_public_key",
  type: "crypto_wallet",
  class: "direct_identifier",
  pack: "crypto",
  finds: "Extended public keys of wallets, from which all their addresses follow, with their checksum.",
  source: "BIP 32; SLIP-132",
  confidence: "certain",
  atoms: [`[xyzt]pub[1-9A-HJ-NP-Za-km-z]{2}`],
  pattern: String.raw`\b[xyzt]pub[1-9A-HJ-NP-Za-km-z]{107}\b`,
  confirm: (candidate, context) => standsAlone(context) && isBase58Check(candidate, 78),
  examples: {
    match: [
      "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8",
    ],
    ignore: [
      "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet9",
    ],
  },
});
