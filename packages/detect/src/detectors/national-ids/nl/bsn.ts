import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const NL_BSN = nationalId({
  country: "nl",
  id: "nl_bsn",
  finds: "Dutch citizen service numbers (BSN) with their check digit",
  source: "Besluit burgerservicenummer, article 1 (elfproef)",
  check: (digits) => weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
  bare: {
    pattern: String.raw`\d{9}|\d{3}[ .-]\d{3}[ .-]\d{3}`,
    words: ["bsn", "burgerservicenummer", "sofinummer", "sofi", "dutch"],
    match: ["BSN 111222333", "bsn: 111.222.333"],
    ignore: ["111222333", "BSN 111222334"],
  },
});
