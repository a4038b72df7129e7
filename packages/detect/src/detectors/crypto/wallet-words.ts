/** Words near an address whose characters could be those of any token: the automaton looks for them, not for characters. */
export const WALLET_WORDS = {
  words: [
    "wallet",
    "crypto",
    "bitcoin",
    "btc",
    "litecoin",
    "ltc",
    "dogecoin",
    "polkadot",
    "ripple",
    "xrp",
    "tron",
    "trx",
    "zcash",
    "stellar",
    "xlm",
    "deposit",
    "payout",
    "withdrawal",
  ],
  window_bytes: 40,
} as const;
