import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";

/** Holds the table of what the gateway conforms to, `packages/gateway/CONFORMANCE.md`, to the tests that it names. */

const STATEMENTS = 135;

interface Row {
  readonly numbers: readonly number[];
  readonly files: readonly string[];
  readonly shownBy: string;
}

const ROWS = rowsOf(readFileSync(join(ROOT, "packages/gateway/CONFORMANCE.md"), "utf8"));

test("every statement has one row", () => {
  const all = Array.from({ length: STATEMENTS }, (_, n) => n + 1);
  expect(ROWS.flatMap(({ numbers }) => numbers).toSorted((a, b) => a - b)).toEqual(all);
});

test("every file that a row names exists", () => {
  const missing = ROWS.flatMap(({ files }) => files).filter((file) => !existsSync(join(ROOT, file)));
  expect(missing, "mend the path").toEqual([]);
});

describe.each(ROWS.map((row) => [row.numbers.join(", "), row] as const))(
  "%s",
  (_, { numbers, files, shownBy }) => {
    test("its numbers are in names of tests in the files of its row, or the row says why there are none", () => {
      if (files.length === 0) return expect(shownBy, "say why not").toMatch(/^not \w+: \w/);
      const named = new Set(files.flatMap((file) => numbersIn(readFileSync(join(ROOT, file), "utf8"))));
      const without = numbers.filter((number) => !named.has(number));
      expect(without, "begin a test's name with the number, or name another file").toEqual([]);
    });
  },
);

test("a row is not believed whose tests carry other numbers", () => {
  const [row] = rowsOf("| 9, 10 to 12 | it works | `a.test.ts`, `b.test.ts` |");
  expect(row).toMatchObject({ numbers: [9, 10, 11, 12], files: ["a.test.ts", "b.test.ts"] });
  expect(numbersIn('test("9, 11 to 13: it works", () => 1); expect("10 of them").toBe("14: no");')).toEqual([
    9, 11, 12, 13,
  ]);
  expect(numbersIn('const rows = [\n  ["62: a flag", 1],\n];\ntest.each(rows)(\n  "%s, 3",\n)')).toEqual([
    62,
  ]);
});

function rowsOf(page: string): readonly Row[] {
  return [...page.matchAll(/^\| *(\d[\d, to]*?) *\|.*\| *(.*?) *\|$/gm)].map(([, numbers, shownBy]) => ({
    numbers: listed(numbers!),
    files: [...shownBy!.matchAll(/`([\w./-]+\.\w+)`/g)].map(([, file]) => file!),
    shownBy: shownBy!,
  }));
}

/** Numbers that names of tests begin with: of `test` and `describe`, and of the rows of their tables. */
function numbersIn(source: string): readonly number[] {
  const names = source.matchAll(
    /(?:\b(?:test|describe)(?:\.\w+)*\(\s*|\)\(\s*|^\s*\[\s*)["'`](\d[\d, to]*): /gm,
  );
  return [...names].flatMap(([, numbers]) => listed(numbers!));
}

/** `9, 11 to 13` as 9, 11, 12, 13. */
function listed(numbers: string): readonly number[] {
  return numbers.split(", ").flatMap((part) => {
    const [first, last = first] = part.split(" to ").map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, n) => first! + n);
  });
}
