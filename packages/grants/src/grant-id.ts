import { randomBytes } from "node:crypto";
import * as z from "zod";

/**
 * What an id must not have. Records and spans say by which grant they were captured, and are redacted behind that: 16 digits may be the
 * number of a card (ISO/IEC 7812-1), `be`, two digits and twelve more characters a Belgian account (ISO 13616-1), and would arrive masked, which no one could
 * tell grants by. One in 96 of all is such.
 */
const PERSONAL = /[0-9]{12}|^be[0-9]{2}/;

const HEX = /^[0-9a-f]{16}$/;

export const GrantIdSchema = z
  .string()
  .regex(HEX, "16 hexadecimal digits")
  .refine(
    (id) => !PERSONAL.test(id),
    "twelve decimal digits in a row, or be and two digits, read as the number of a card or account",
  )
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
    if (!PERSONAL.test(id)) return id;
  }
}
