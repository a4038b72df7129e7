/** Prints the closing line of CI from the test runner's own report: `N passed, N failed, N skipped`. */
import { readFileSync } from "node:fs";

const [report] = process.argv.slice(2);
if (report === undefined) throw new Error("usage: summary.ts REPORT");
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
  readFileSync(report, "utf8"),
) as Record<string, number>;
const skipped = (numPendingTests ?? 0) + (numTodoTests ?? 0);
console.log(`${numPassedTests} passed, ${numFailedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
