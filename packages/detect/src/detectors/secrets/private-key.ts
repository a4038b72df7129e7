import { defineDetector } from "../../detector.ts";
import { madeUp } from "../../example-token.ts";

const BEGIN = "-{4,5} ?BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)? ?-{4,5}";
const END = "-{4,5} ?END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)? ?-{4,5}";

/** Line ends, as they are and as JSON and shells write them, quotes and joining signs of source code. */
const BETWEEN_LINES = String.raw`(?:[\s"'+,]|\\+[nrt]|\\)*`;

/** The two lines without anything between, at their shortest; and the least that could be a key. */
const ARMOUR_CHARACTERS = 50;
const KEY_CHARACTERS_MIN = 20;

export const privateKey = defineDetector({
  id: "private_key",
  type: "private_key",
  class: "credential",
  pack: "secrets",
  finds: "Private keys in PEM, OpenSSH and PGP armour, also when the end is missing.",
  source: "RFC 7468; RFC 4716; RFC 9580 section 6.2",
  confidence: "certain",
  atoms: ["PRIVATE KEY"],
  // Whatever stands between the two lines, or, without an end, the lines of base64 and headers that follow.
  // Neither goes past the next dashes, so that a text full of beginnings is still read once.
  pattern: String.raw`${BEGIN}(?:(?:[^-]|-[^-])*${END}|(?:${BETWEEN_LINES}(?:[A-Za-z]+(?:-[A-Za-z]+)*: [^\s\\-][^\r\n\\-]*|[A-Za-z0-9+/=_]{16,}))*)`,
  confirm: (candidate) =>
    !candidate.includes("END ") || candidate.length >= ARMOUR_CHARACTERS + KEY_CHARACTERS_MIN,
  examples: {
    match: [
      madeUp(
        "-----BEGIN RSA PRIVATE",
        " KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf\n-----END RSA PRIVATE",
        " KEY-----",
      ),
      madeUp("-----BEGIN OPENSSH PRIVATE", String.raw` KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU`),
      madeUp(
        "-----BEGIN PGP PRIVATE",
        " KEY BLOCK-----\nVersion: 1\n\nlQOYBFz\n-----END PGP PRIVATE",
        " KEY BLOCK-----",
      ),
      madeUp("-----BEGIN PRIVATE", " KEY-----"),
    ],
    ignore: [
      "-----BEGIN CERTIFICATE-----\nMIIBOgIBAAJBAKj34GkxFhD9",
      "-----BEGIN PUBLIC KEY-----",
      "PRIVATE KEY missing",
      "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----",
    ],
  },
});
