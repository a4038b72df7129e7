import type { Limits } from "@scrim/policy";
import type { EditList } from "@scrim/wire";

/**
 * What of a batch may still be looked at: so many bytes of a value, so many bytes and nodes of a record. Also knows when a
 * result must be looked at once more: where something was cut off, or where replacements are so much longer than
 * what they replace that the next redactor would cut it.
 */
export class Budget {
  readonly #limits: Limits;
  #recordLeft = 0;
  #nodesLeft = 0;
  #cut = false;
  #largestValue = 0;
  #largestRecord = 0;
  /** Edits before this one are counted. */
  #edits = 0;
  /** By how much replacements are longer than what they replace: in a record, or several whose edits came together; and in the worst of these. */
  #growth = 0;
  #largestGrowth = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  begin(): void {
    this.#cut = false;
    this.#largestValue = 0;
    this.#largestRecord = 0;
    this.#edits = 0;
    this.#growth = 0;
    this.#largestGrowth = 0;
    this.beginRecord(false);
  }

  /** @param isComplete whether all edits of the records before are counted: what they grew by is theirs alone */
  beginRecord(isComplete: boolean): void {
    if (isComplete) this.#growth = 0;
    this.#recordLeft = this.#limits.record_bytes_max;
    this.#nodesLeft = this.#limits.record_nodes_max;
  }

  /** Spends one attribute or element; false where the record may have no more. */
  spendNode(): boolean {
    return this.#nodesLeft-- > 0;
  }

  /** Spends bytes of a value; false, and nothing spent, where the record has fewer left. */
  spend(bytes: number): boolean {
    if (bytes > this.#recordLeft) return false;
    this.#recordLeft -= bytes;
    if (bytes > this.#largestValue) this.#largestValue = bytes;
    const record = this.#limits.record_bytes_max - this.#recordLeft;
    if (record > this.#largestRecord) this.#largestRecord = record;
    return true;
  }

  /** Something was cut off. What is left is a new text, and may read differently. */
  cut(): void {
    this.#cut = true;
  }

  /** Counts the edits that have been added, before they are sorted. */
  count(edits: EditList): void {
    for (; this.#edits < edits.length; this.#edits++) {
      const at = this.#edits;
      this.#growth += Math.max(0, edits.size(at) - (edits.end(at) - edits.start(at)));
    }
    if (this.#growth > this.#largestGrowth) this.#largestGrowth = this.#growth;
  }

  /** Whether a text with the edits that were counted is one that budgets would change again. */
  get isReached(): boolean {
    if (this.#edits === 0) return false;
    if (this.#cut) return true;
    const { value_bytes_max, record_bytes_max } = this.#limits;
    const growth = this.#largestGrowth;
    return this.#largestValue + growth > value_bytes_max || this.#largestRecord + growth > record_bytes_max;
  }
}
