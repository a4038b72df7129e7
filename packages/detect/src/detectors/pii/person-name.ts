import { defineDetector } from "../../detector.ts";
import { isLetter } from "../../validators/neighbours.ts";
import { followsMark, isPlaceholder } from "../../validators/placeholder.ts";

const KEYS =
  "(?:first|last|full|given|family|middle|maiden|customer|patient|employee|contact|cardholder|passenger)[ _-]?name|surname|vorname|nachname|apellidos?|sobrenome|prenom";
const LETTER = String.raw`A-Za-z\x{C0}-\x{10FFFF}`;

export const personName = defineDetector({
  id: "person_name",
  type: "person",
  class: "direct_identifier",
  pack: "pii",
  finds: "Names of people behind a key such as full_name= or surname:.",
  source: "Naming conventions of vCard (RFC 6350) and of OpenTelemetry user.full_name",
  confidence: "likely",
  atoms: [
    "(?i:(?:first|last|full|given|family|middle|maiden)[ _-]?name)",
    "(?i:(?:customer|patient|employee|contact|holder|passenger)[ _-]?name)",
    "(?i:surname|vorname|nachname|apellido|sobrenome|prenom)",
  ],
  pattern: String.raw`(?i:${KEYS})\\?["'\]]?[ \t]?(?:=>|[:=])[ \t]{0,4}(?:\\{0,3}"[${LETTER}][${LETTER}.' -]{1,63}|'[${LETTER}][${LETTER}. -]{1,63}|[${LETTER}][${LETTER}.'-]{1,31}(?: [A-Z][${LETTER}.'-]{0,31}){0,3})`,
  narrow: nameBehindKey,
  confirm: (candidate, { before }) => !isPlaceholder(candidate) && !followsMark(before),
  examples: {
    match: [
      '"full_name": "Jane Doe"',
      "firstName=Jane",
      "Nachname: Müller",
      "customer_name='Ana de la Cruz'",
    ],
    ignore: ["hostname: web", "full name: null", "first_name is required", "fullname"],
  },
});

/** From the first letter behind the sign to the last letter. */
function nameBehindKey(match: string): readonly [start: number, end: number] {
  let start = Math.max(match.indexOf("="), match.indexOf(":")) + 1;
  while (start < match.length && " \t>\"'\\".includes(match[start]!)) start++;
  let end = match.length;
  while (end > start && !isLetter(match, end - 1) && match.charCodeAt(end - 1) < 0x80) end--;
  return [start, end];
}
