import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const UA_TAX_NUMBER = nationalId({
  country: "ua",
  id: "ua_tax_number",
  finds: "Ukrainian taxpayer numbers (RNOKPP, IPN) with their check digit",
  source: "Державна податкова служба України, РНОКПП",
  check: (digits) =>
    ((weightedSum(digits, [-1, 5, 7, 9, 4, 6, 10, 5, 7]) + 11) % 11) % 10 === Number(digits[9]),
  bare: {
    pattern: String.raw`\d{10}`,
    words: ["rnokpp", "ipn", "РНОКПП", "ІПН", "рнокпп", "іпн"],
    match: ["РНОКПП 1759013776"],
    ignore: ["1759013776", "РНОКПП 1759013777"],
  },
});
