import { nationalId } from "../national-id.ts";

export const CO_NIT = nationalId({
  country: "co",
  id: "co_nit",
  finds: "Colombian tax numbers (NIT) of people and firms with their check digit",
  source: "DIAN, Orden Administrativa 4 of 1989",
  check: isNit,
  bare: {
    pattern: String.raw`[1-9]\d{7,9}-\d|[1-9]\d{8,10}|\d{2,3}\.\d{3}\.\d{3}-\d`,
    words: ["nit", "dian", "cedula", "rut"],
    match: ["NIT 213123432-1", "nit: 900.373.913-4"],
    ignore: ["213123432-1", "NIT 213123432-2"],
  },
});

const WEIGHTS = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43];

/** Weights are primes, from the right. */
function isNit(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length - 1; i++) {
    sum += (digits.charCodeAt(digits.length - 2 - i) - 0x30) * WEIGHTS[i]!;
  }
  return "01987654321"[sum % 11] === digits.at(-1);
}
