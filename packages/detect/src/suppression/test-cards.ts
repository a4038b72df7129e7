import { digitsOf } from "../validators/digits.ts";
import type { SuppressionList } from "./suppression-list.ts";

/** By scheme, without separators. None of them is issued to anybody. */
const NUMBERS: ReadonlySet<string> = new Set([
  // Visa
  "4111111111111111",
  "4012888888881881",
  "4222222222222",
  // Mastercard
  "5555555555554444",
  "5105105105105100",
  // American Express
  "378282246310005",
  "371449635398431",
  "378734493671000",
  // Discover
  "6011111111111117",
  "6011000990139424",
  // Diners Club
  "30569309025904",
  "38520000023237",
  // JCB
  "3530111333300000",
  "3566002020360505",
]);

export const testCards: SuppressionList = {
  id: "test_cards",
  lists: "Card numbers that the schemes publish for tests, such as 4111 1111 1111 1111.",
  source: "PayPal developer documentation, test card numbers",
  types: ["credit_card"],
  has: (text) => NUMBERS.has(digitsOf(text)),
  examples: {
    match: ["4111111111111111", "3782 822463 10005", "5555-5555-5555-4444"],
    ignore: ["4111111111111129", "4242424242424242"],
  },
};
