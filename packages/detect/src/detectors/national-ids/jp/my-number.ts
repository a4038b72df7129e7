import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const JP_MY_NUMBER = nationalId({
  country: "jp",
  id: "jp_my_number",
  finds: "Japanese individual numbers (My Number) with their check digit",
  source: "Ministry of Internal Affairs and Communications, order 85 of 2014, article 5",
  check: isMyNumber,
  bare: {
    pattern: String.raw`\d{12}|\d{4}[ -]\d{4}[ -]\d{4}`,
    words: ["my number", "mynumber", "kojin bango", "individual number", "マイナンバー", "個人番号"],
    match: ["My Number: 1234 5678 9018", "マイナンバー 123456789018"],
    ignore: ["1234 5678 9018", "My Number: 1234 5678 9019"],
  },
});

function isMyNumber(digits: string): boolean {
  const remainder = weightedSum(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (remainder <= 1 ? 0 : 11 - remainder) === Number(digits[11]);
}
