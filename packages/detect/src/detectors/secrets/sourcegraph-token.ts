import { madeUp } from "../../example-token.ts";
import { entropy } from "../../validators/secret-like.ts";
import { vendorToken } from "./vendor-token.ts";

const HEX_DIGITS = 40;

/** Bits a character. Of a million made of forty random hex digits none had less. */
const ENTROPY_MIN = 3;

export const sourcegraphToken = vendorToken({
  id: "sourcegraph_token",
  vendor: "sourcegraph",
  finds: "Access tokens of Sourcegraph.",
  source: "Sourcegraph documentation, access tokens",
  atoms: ["sgp_(?:local_)?[A-Fa-f0-9]{2}"],
  pattern: "sgp_(?:(?:[A-Fa-f0-9]{16}|local)_)?[A-Fa-f0-9]{40}",
  check: (candidate) => entropy(candidate.slice(-HEX_DIGITS)) >= ENTROPY_MIN,
  examples: {
    match: [
      madeUp("sgp_", "9e28c9e3ef5404bf", "_", "7bac806081598a878e2f264d", "9b1ecb19dd8b7c46"),
      madeUp("sgp_local_", "b26a22eccdf03eeddf52ecf4", "076c19ace327203f"),
    ],
    ignore: [madeUp("sgp_", "26e16af1d4d1"), madeUp("sgp_", "5555555dAAAAA7777777CcccCFaaaaaaaaaaaaaa")],
  },
});
