import { CAPITALS_AND_FOUR } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const IN_PAN = nationalId({
  country: "in",
  id: "in_pan",
  finds: "Indian permanent account numbers (PAN) of a kind of holder that exists",
  source: "Income Tax Department of India, structure of the PAN",
  check: () => true,
  written: {
    atoms: [CAPITALS_AND_FOUR],
    pattern: String.raw`[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]`,
    match: ["PAN ABBPM4567S"],
    ignore: ["ABCDM4567S", "ABBPM4567SX"],
  },
});
