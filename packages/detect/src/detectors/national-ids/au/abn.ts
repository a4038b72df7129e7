import { weightedSum } from "../../../validators/weighted-sum.ts";
import { THREE_TRIPLES } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const AU_ABN = nationalId({
  country: "au",
  id: "au_abn",
  type: "company_id:au",
  finds: "Australian business numbers, which sole traders have too, with their two check digits",
  source: "Australian Business Register, Format of the ABN",
  check: isAbn,
  written: {
    atoms: [THREE_TRIPLES],
    pattern: String.raw`[1-9]\d \d{3} \d{3} \d{3}`,
    match: ["51 824 753 556"],
    ignore: ["51 824 753 557"],
  },
  bare: {
    pattern: String.raw`[1-9]\d{10}`,
    words: ["abn", "business number"],
    match: ["ABN 51824753556"],
    ignore: ["51824753556", "ABN 51824753557"],
  },
});

/** One in 89 passes by chance. */
function isAbn(digits: string): boolean {
  return (weightedSum(digits, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0;
}
