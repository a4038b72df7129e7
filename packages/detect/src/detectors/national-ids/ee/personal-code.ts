import { isBalticCode } from "../../../validators/baltic-code.ts";
import { nationalId } from "../national-id.ts";

export const EE_PERSONAL_CODE = nationalId({
  country: "ee",
  id: "ee_personal_code",
  finds: "Estonian personal codes: a date of birth and a check digit",
  source: "EVS 585:2007",
  check: isBalticCode,
  bare: {
    pattern: String.raw`[1-8]\d{10}`,
    words: ["isikukood", "ik", "estonian", "personal code"],
    match: ["personal code 37605030299"],
    ignore: ["37605030299", "personal code 37605030290"],
  },
});
