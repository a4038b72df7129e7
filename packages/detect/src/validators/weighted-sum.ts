/** Sum of the digits, each times its weight; digits past the last weight don't count. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (digits.charCodeAt(i) - 0x30) * weights[i]!;
  return sum;
}
