/** Prints what failed, and the closing line of CI, from the test runner's own report: `N passed, N failed, N skipped`. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Enough to see what was expected. */
const MESSAGE_CHARACTERS_MAX = 400;

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: summary.ts REPORT");
const report = JSON.parse(readFileSync(path, "utf8")) as Report;
const shorten = (message: string) =>
  message
    .split(/\n\s+at /, 1)[0]!
    .slice(0, MESSAGE_CHARACTERS_MAX)
    .replaceAll(/\s*\n\s*/g, " | ");
for (const { name, status, message, assertionResults } of report.testResults) {
  const failed = assertionResults.filter((test) => test.status === "failed");
  for (const { fullName, failureMessages } of failed)
    console.log(`failed: ${relative(".", name)} > ${fullName}: ${shorten(failureMessages.join("\n"))}`);
  if (status !== "passed" && failed.length === 0)
    console.log(`failed: ${relative(".", name)}: ${shorten(message)}`);
}
const skipped = report.numPendingTests + report.numTodoTests;
const skips = skipped > 0 ? `, ${skipped} skipped` : "";
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed${skips}`);
