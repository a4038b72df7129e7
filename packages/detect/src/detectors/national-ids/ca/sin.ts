import { luhn } from "../../../validators/luhn.ts";
import { THREE_TRIPLES } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const CA_SIN = nationalId({
  country: "ca",
  id: "ca_sin",
  finds: "Canadian social insurance numbers with their check digit",
  source: "Employment and Social Development Canada, Social Insurance Number code of practice",
  check: luhn,
  written: {
    atoms: [THREE_TRIPLES],
    pattern: String.raw`[1-79]\d{2}-\d{3}-\d{3}`,
    confidence: "possible",
    match: ["130-692-544"],
    ignore: ["130-692-545", "046-454-286", "130-692 544"],
  },
  alone: {
    atoms: [THREE_TRIPLES],
    pattern: String.raw`[1-79]\d{2} \d{3} \d{3}`,
    match: ["435 418 165"],
    ignore: ["435 418 166", "sizes 435 418 165"],
  },
  bare: {
    pattern: String.raw`[1-79]\d{8}|[1-79]\d{2} \d{3} \d{3}`,
    words: ["sin", "social insurance", "nas", "assurance sociale"],
    match: ["SIN 130692544", "mon NAS: 258 933 688"],
    ignore: ["sizes 130692544", "SIN 130692545"],
  },
});
