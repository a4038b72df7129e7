import { randomBytes } from "node:crypto";
import * as z from "zod";

/**
 * Digits in a row that an id must not have. Records and spans say by which grant they were captured, and are redacted behind that: 16 digits may be the
 * number of a card (ISO/IEC 7812-1), `be` and 14 digits a Belgian account (ISO 13616-1), and would arrive masked, which no one could tell grants by.
 * One in 113 of all has so many.
 */
const DIGITS = /[0-9]{12}/;

const HEX = /^[0-9a-f]{16}$/;

export const GrantIdSchema = z
  .string()
  .regex(HEX, "16 hexadecimal digits")
  .refine((id) => !DIGITS.test(id), "twelve decimal digits in a row read as the number of a card or account")
  .describe("Names the grant in tokens, records and counts.");

/**
 * A new id of a grant, by chance.
 *
 * @example
 * ```ts
 * import { createGrantId } from "@scrim/grants";
 * console.log(createGrantId().length); // 16
 * ```
 */
export function createGrantId(): string {
  for (;;) {
    const id = randomBytes(8).toString("hex");
    if (!DIGITS.test(id)) return id;
  }
}
