/** Length of a whole IBAN and the countries that use it: SWIFT's registry, and those that use it informally. */
const COUNTRIES_BY_LENGTH: Readonly<Record<number, string>> = {
  15: "NO",
  16: "BE BI",
  18: "DK FI FK FO GL NL SD",
  19: "MK SI",
  20: "AT BA EE KZ LT LU MN XK",
  21: "CH HR LI LV",
  22: "BG BH CR DE GB GE IE ME RS VA",
  23: "AE GI IL IQ OM SO TL",
  24: "DZ AD CZ ES MD PK RO SA SE SK TN VG",
  25: "AO CV GW LY MZ PT ST",
  26: "DZ IR IS TR",
  27: "BF BL GF GP MF MQ NC PF PM RE TF WF YT BI CF CG CM DJ FR GA GQ GR IT KM MC MG MR SM TD",
  28: "AL AZ BF BJ BY CI CY DO GT HN HU LB MA ML NE NI PL SN SV TG",
  29: "BR EG PS QA UA",
  30: "JO KW MU YE",
  31: "MT SC",
  32: "LC",
  33: "RU",
};

/** ISO 13616-1 allows 34; the longest in use has 33. */
export const IBAN_LENGTH_MAX = 34;

/** True when IBANs of this country have this length. A few countries have two, while their old form lasts. */
function isIbanLength(country: string, length: number): boolean {
  return COUNTRIES_BY_LENGTH[length]?.split(" ").includes(country) ?? false;
}

/** Country, length and check digits (ISO 13616, ISO 7064 mod 97-10) of an upper-case IBAN without separators. */
export function isIban(iban: string): boolean {
  return isIbanLength(iban.slice(0, 2), iban.length) && mod97(iban.slice(4) + iban.slice(0, 4)) === 1;
}

/** Remainder of a string of digits and upper-case letters (A = 10 … Z = 35), as ISO 7064 reads it. */
export function mod97(text: string): number {
  let remainder = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    remainder = code < 0x3a ? (remainder * 10 + code - 0x30) % 97 : (remainder * 100 + code - 0x37) % 97;
  }
  return remainder;
}
