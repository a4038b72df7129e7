import { defineDetector } from "../../detector.ts";
import { isOneDigit } from "../../validators/compact.ts";
import { isEthAddress } from "../../validators/eth-address.ts";
import { standsAlone } from "../../validators/neighbours.ts";

export const ethereum = defineDetector({
  id: "ethereum_address",
  type: "crypto_wallet",
  class: "direct_identifier",
  pack: "crypto",
  finds: "Addresses of Ethereum and chains like it; in mixed case with the checksum that the case makes.",
  source: "Ethereum yellow paper; EIP-55",
  confidence: "likely",
  atoms: ["0x[0-9A-Fa-f]{8}"],
  pattern: "0x[0-9A-Fa-f]{40}",
  confirm: (candidate, context) =>
    standsAlone(context) && isEthAddress(candidate.slice(2)) && !isOneDigit(candidate.slice(2)),
  examples: {
    match: ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "from 0x52908400098527886e0f7030069857d2e4169ee7,"],
    ignore: [
      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed",
      "0x0000000000000000000000000000000000000000",
      "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ],
  },
});
