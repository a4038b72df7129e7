import { defaultPlan } from "@scrim/policy";
import { EditList } from "@scrim/wire";
import { describe, expect, test } from "vitest";
import { Budget } from "./budget.ts";

const LIMITS = { ...defaultPlan().limits, value_bytes_max: 1_000, record_bytes_max: 1_000 };

/** A batch of records, of which each spends 100 bytes and gets an edit by which it grows by so many. */
function batchOf(growths: readonly number[], { isComplete }: { isComplete: boolean }): Budget {
  const budget = new Budget(LIMITS);
  const edits = new EditList();
  budget.begin();
  for (const [at, growth] of growths.entries()) {
    budget.beginRecord(isComplete);
    budget.spend(100);
    edits.replace(100 * at, 100 * at + 10, Buffer.alloc(10 + growth));
    budget.count(edits);
  }
  return budget;
}

describe("a result is looked at once more", () => {
  test("where a record may have grown past its bytes", () => {
    expect(batchOf([900], { isComplete: true }).isReached).toBe(false);
    expect(batchOf([901], { isComplete: true }).isReached).toBe(true);
    expect(batchOf([1, 901, 1], { isComplete: true }).isReached).toBe(true);
  });

  test("not where all records together have", () => {
    expect(batchOf([900, 900, 900], { isComplete: true }).isReached).toBe(false);
  });

  test("where records together have, and whose edits are whose is not known", () => {
    expect(batchOf([300, 300, 300], { isComplete: false }).isReached).toBe(false);
    expect(batchOf([300, 300, 301], { isComplete: false }).isReached).toBe(true);
  });

  test("where something was cut off, and replaced", () => {
    const budget = batchOf([1], { isComplete: true });
    budget.cut();
    expect(budget.isReached).toBe(true);
  });

  test("with growth of its own: what shrinks makes up for nothing", () => {
    expect(batchOf([901, -10], { isComplete: false }).isReached).toBe(true);
  });

  test("as if the batch before had not been", () => {
    const budget = batchOf([901], { isComplete: true });
    budget.begin();
    expect(budget.isReached).toBe(false);
  });
});
