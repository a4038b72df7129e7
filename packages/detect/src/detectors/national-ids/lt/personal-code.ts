import { isBalticCode } from "../../../validators/baltic-code.ts";
import { nationalId } from "../national-id.ts";

export const LT_PERSONAL_CODE = nationalId({
  country: "lt",
  id: "lt_personal_code",
  finds: "Lithuanian personal codes: a date of birth and a check digit",
  source: "Lietuvos Respublikos gyventojų registro įstatymas",
  check: isBalticCode,
  bare: {
    pattern: String.raw`[1-8]\d{10}`,
    words: ["asmens kodas", "ak", "lithuanian", "personal code"],
    match: ["personal code 33309240064"],
    ignore: ["33309240064", "personal code 33309240065"],
  },
});
