import type { DetectorDefinition } from "../detector.ts";
import { base58Address } from "../detectors/crypto/base58-address.ts";
import { bech32 } from "../detectors/crypto/bech32.ts";
import { bitcoinCash } from "../detectors/crypto/bitcoin-cash.ts";
import { ethereum } from "../detectors/crypto/ethereum.ts";
import { extendedPublicKey } from "../detectors/crypto/extended-public-key.ts";
import { polkadot } from "../detectors/crypto/polkadot.ts";
import { stellar } from "../detectors/crypto/stellar.ts";
import { tezos } from "../detectors/crypto/tezos.ts";

/** Addresses of wallets on public ledgers. */
export const CRYPTO: readonly DetectorDefinition[] = [
  base58Address,
  bech32,
  bitcoinCash,
  ethereum,
  extendedPublicKey,
  polkadot,
  stellar,
  tezos,
];
