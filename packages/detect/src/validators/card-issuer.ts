/** Issuer prefixes, both ends included, and the lengths in use. */
const ISSUERS: readonly { from: string; to: string; lengths: readonly number[] }[] = [
  { from: "4", to: "4", lengths: [16, 19] }, // Visa; 13 digits are history and collide with article numbers
  { from: "51", to: "55", lengths: [16] }, // Mastercard
  { from: "2221", to: "2720", lengths: [16] }, // Mastercard
  { from: "34", to: "34", lengths: [15] }, // American Express
  { from: "37", to: "37", lengths: [15] }, // American Express
  { from: "6011", to: "6011", lengths: [16, 19] }, // Discover
  { from: "644", to: "649", lengths: [16, 19] }, // Discover
  { from: "65", to: "65", lengths: [16, 19] }, // Discover, RuPay
  { from: "300", to: "305", lengths: [14, 16] }, // Diners Club
  { from: "3095", to: "3095", lengths: [14, 16] }, // Diners Club
  { from: "36", to: "36", lengths: [14, 16] }, // Diners Club
  { from: "38", to: "39", lengths: [14, 16] }, // Diners Club
  { from: "3528", to: "3589", lengths: [16, 17, 18, 19] }, // JCB
  { from: "62", to: "62", lengths: [16, 17, 18, 19] }, // UnionPay
  { from: "81", to: "82", lengths: [16] }, // RuPay
  { from: "5019", to: "5019", lengths: [16] }, // Dankort
  { from: "2200", to: "2204", lengths: [16, 17, 18, 19] }, // Mir
  { from: "5018", to: "5018", lengths: [16, 17, 18, 19] }, // Maestro
  { from: "5020", to: "5020", lengths: [16, 17, 18, 19] }, // Maestro
  { from: "5038", to: "5038", lengths: [16, 17, 18, 19] }, // Maestro
  { from: "5893", to: "5893", lengths: [16, 17, 18, 19] }, // Maestro
  { from: "6304", to: "6304", lengths: [16, 17, 18, 19] }, // Maestro
  { from: "6759", to: "6759", lengths: [16, 17, 18, 19] }, // Maestro
  { from: "6761", to: "6763", lengths: [16, 17, 18, 19] }, // Maestro
];

/** True when an issuer hands out numbers with this prefix and of this length. */
export function isIssuedCard(digits: string): boolean {
  return ISSUERS.some(({ from, to, lengths }) => {
    const prefix = digits.slice(0, from.length);
    return lengths.includes(digits.length) && prefix >= from && prefix <= to;
  });
}
