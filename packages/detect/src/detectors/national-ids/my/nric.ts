import { isYymmdd } from "../../../validators/calendar-date.ts";
import { nationalId } from "../national-id.ts";

export const MY_NRIC = nationalId({
  country: "my",
  id: "my_nric",
  finds: "Malaysian identity card numbers: a date of birth, a place of birth and a serial number",
  source: "Jabatan Pendaftaran Negara, MyKad number",
  check: isNric,
  written: {
    atoms: [String.raw`\d{6}-\d{2}-\d`],
    pattern: String.raw`\d{6}-\d{2}-\d{4}`,
    match: ["770305-02-1234"],
    ignore: ["771305-02-1234", "770305-17-1234"],
  },
  bare: {
    pattern: String.raw`\d{12}`,
    words: ["nric", "mykad", "my kad", "malaysian", "kad pengenalan"],
    match: ["MyKad 770305021234"],
    ignore: ["770305021234", "mykad 771305021234"],
  },
});

/** Places that no number has. */
const UNUSED_PLACES = ["00", "17", "18", "19", "20", "69", "70", "73", "80", "81", "94", "95", "96", "97"];

function isNric(digits: string): boolean {
  return isYymmdd(digits) && !UNUSED_PLACES.includes(digits.slice(6, 8));
}
