import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PAGES } from "../../docs/pages/index.ts";
import { ROOT } from "../packages/workspace.ts";

const REFERENCE = join(ROOT, "docs/reference");

test.each(Object.entries(PAGES))("docs/reference/%s is what the code's definitions say", (name, page) => {
  expect(readFileSync(join(REFERENCE, name), "utf8"), "run: ./bin/pnpm run docs").toBe(page());
});

test("there are no other pages in docs/reference", () => {
  expect(readdirSync(REFERENCE).toSorted()).toEqual(Object.keys(PAGES).toSorted());
});
