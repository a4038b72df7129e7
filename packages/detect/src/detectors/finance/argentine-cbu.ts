import { defineDetector } from "../../detector.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { weightedSum } from "../../validators/weighted-sum.ts";

export const argentineCbu = defineDetector({
  id: "argentine_cbu",
  type: "bank_account",
  class: "direct_identifier",
  pack: "finance",
  finds: "Argentine bank account numbers (CBU, CVU) with their two check digits.",
  source: "Banco Central de la República Argentina, Comunicación A 2559",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b\d{22}\b`,
  confirm: (candidate, context) => isWholeNumber(context) && isCbu(candidate),
  near: { words: ["cbu", "cvu", "cuenta", "banco", "transferencia"], window_bytes: 64 },
  examples: {
    match: ["CBU 2850590940090418135201"],
    ignore: ["2850590940090418135201", "cbu 2850590940090418135202"],
  },
});

function isCbu(digits: string): boolean {
  return (
    weightedSum(digits, [7, 1, 3, 9, 7, 1, 3, 1]) % 10 === 0 &&
    weightedSum(digits.slice(8), [3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3, 1]) % 10 === 0
  );
}
