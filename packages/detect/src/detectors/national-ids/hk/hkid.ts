import { nationalId } from "../national-id.ts";

export const HK_HKID = nationalId({
  country: "hk",
  id: "hk_hkid",
  finds: "Hong Kong identity card numbers with their check digit in brackets",
  source: "Hong Kong Immigration Department, identity card number; MOD 11",
  check: isHkid,
  written: {
    atoms: [String.raw`\d{6}\([0-9A]`],
    pattern: String.raw`[A-Z]{1,2}\d{6}\([0-9A]\)`,
    match: ["HKID A123456(3)", "(AB987654(3))"],
    ignore: ["HKID A123456(4)"],
  },
  bare: {
    pattern: String.raw`[A-Z]{1,2}\d{7}`,
    words: ["hkid", "hong kong", "identity card"],
    match: ["hkid A1234563"],
    ignore: ["A1234563", "hkid A1234564"],
  },
});

/** Letters count from 10; where the second letter is missing, a blank stands for 36. */
function isHkid(compact: string): boolean {
  let sum = compact.length === 8 ? 36 * 9 : 0;
  for (let i = 0; i < compact.length; i++) {
    const code = compact.charCodeAt(i);
    sum += (code < 0x3a ? code - 0x30 : code - 0x37) * (compact.length - i);
  }
  return sum % 11 === 0;
}
