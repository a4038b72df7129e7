import { defineDetector } from "../../detector.ts";
import { madeUp } from "../../example-token.ts";

/** As it is, and as JSON and shells write it. */
const LINE_END = String.raw`(?:\r?\n|(?:\\{1,4}r)?\\{1,4}n)`;

export const puttyKey = defineDetector({
  id: "putty_key",
  type: "private_key",
  class: "credential",
  pack: "secrets",
  finds: "The private part of keys in PuTTY's own format, also when its end is missing.",
  source: "PuTTY User Manual, appendix C, PPK file format",
  confidence: "certain",
  atoms: ["Private-Lines: "],
  pattern: `Private-Lines: [0-9]{1,4}(?:${LINE_END}[A-Za-z0-9+/]{4,64}={0,2})+(?:${LINE_END}Private-MAC: [0-9a-f]{40,64})?`,
  examples: {
    match: [
      madeUp(
        "Private-Lines: 1\n",
        "AAAAgQDbCq5ZW8cXvL2mT0yKfH4sPqRzJ7uN1oEw",
        "9iBxGdV6kMhTlA==\nPrivate-MAC: ",
        "4f3c2a1b9e8d7c6f5a4b3c2d1e0f9a8b7c6d5e4f",
      ),
      madeUp(String.raw`Private-Lines: 2\r\n`, "AAAAgQDbCq5ZW8cXvL2mT0yKfH4sPqRzJ7uN1oEw"),
    ],
    ignore: ["Private-Lines: 14", "Public-Lines: 1\nAAAAB3NzaC1yc2EAAAADAQAB"],
  },
});
