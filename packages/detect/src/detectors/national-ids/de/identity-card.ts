import { nationalId } from "../national-id.ts";

export const DE_IDENTITY_CARD = nationalId({
  country: "de",
  id: "de_identity_card",
  finds: "Numbers of German identity cards and passports with their check digit",
  source: "Bundesministerium des Innern, Seriennummer; ICAO Doc 9303 part 3 section 4.9",
  check: isDocumentNumber,
  bare: {
    pattern: String.raw`[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d?D?`,
    words: [
      "personalausweis",
      "ausweis",
      "ausweisnummer",
      "reisepass",
      "passnummer",
      "identity card",
      "id card",
      "passport",
    ],
    match: ["Personalausweis: L01X00T44."],
    ignore: ["L01X00T44", "Ausweis L01X00T45", "id card LOREMIPSU"],
  },
});

/** Weights 7, 3, 1; letters count from 10. The check digit is the ninth character or, on older cards, the tenth. */
function isDocumentNumber(compact: string): boolean {
  const length = compact.endsWith("D") ? compact.length - 1 : compact.length;
  if (length !== 9 && length !== 10) return false;
  let sum = 0;
  let digits = 0;
  for (let i = 0; i < length - 1; i++) {
    const code = compact.charCodeAt(i);
    if (code < 0x3a) digits++;
    sum += (code < 0x3a ? code - 0x30 : code - 0x37) * [7, 3, 1][i % 3]!;
  }
  return digits >= DIGITS_MIN && sum % 10 === Number(compact[length - 1]);
}

/** Of the eight characters before the check digit; fewer make an abbreviation or a part number. */
const DIGITS_MIN = 3;
