import { LONG_MIDDLE } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const PK_CNIC = nationalId({
  country: "pk",
  id: "pk_cnic",
  finds: "Pakistani identity card numbers (CNIC) as they are printed",
  source: "NADRA, Computerized National Identity Card",
  check: () => true,
  written: {
    atoms: [LONG_MIDDLE],
    pattern: String.raw`[1-8]\d{4}-\d{7}-\d`,
    match: ["42201-0397640-8"],
    ignore: ["92201-0397640-8", "42201-0397640-81"],
  },
});
