/** A key that a third of the records have. */
const PRESENT = "order.reference";

/** Keys of rules: one that occurs, and others that might. A `*` stands for a part of a key. */
export function ruleKeys(count: number): string[] {
  return Array.from({ length: count }, (_, n) => (n === 0 ? PRESENT : `department_${n}.*.note`));
}
