import { readFileSync } from "node:fs";
import { SENSITIVITY_CLASSES } from "@scrim/detect";
import { describe, expect, test } from "vitest";
import { CATALOGUE } from "../src/index.ts";
import { HALVES, measure, readKeys, tables } from "./keys.ts";

const PRECISION_MIN = 0.95;
const RECALL_MIN = 0.9;

/** Less in one class, with few keys or names that only their application explains, must not hide in the sum. */
const CLASS_PRECISION_MIN = 0.9;
const CLASS_RECALL_MIN = 0.85;

describe.each(HALVES)("%s", (half) => {
  const keys = readKeys(half);
  const quality = measure(keys);

  test("every row has a name, a class and a source", () => {
    const classes = [...Object.keys(SENSITIVITY_CLASSES), "none"];
    expect(keys.filter((row) => row.key === "" || !classes.includes(row.class) || row.source === "")).toEqual(
      [],
    );
  });

  test("keys are recognised", () => {
    const all = quality.find((row) => row.class === "all")!;
    expect(all.precision).toBeGreaterThanOrEqual(PRECISION_MIN);
    expect(all.recall).toBeGreaterThanOrEqual(RECALL_MIN);
  });

  test.each(quality.map((row) => [row.class, row] as const))("%s is recognised", (_, row) => {
    expect(row.precision).toBeGreaterThanOrEqual(CLASS_PRECISION_MIN);
    expect(row.recall).toBeGreaterThanOrEqual(CLASS_RECALL_MIN);
  });
});

test("both halves have 1,500 names and more, none twice", () => {
  const names = HALVES.flatMap((half) => readKeys(half).map((row) => row.key));
  expect(names.length).toBeGreaterThan(1500);
  expect(new Set(names).size).toBe(names.length);
});

test("few of the names are the conventions' own", () => {
  const own = HALVES.flatMap((half) => readKeys(half)).filter((row) => CATALOGUE.has(row.key));
  expect(own.length).toBeLessThan(100);
});

test("the README shows what is measured", () => {
  const readme = readFileSync(new URL("keys/README.md", import.meta.url), "utf8");
  expect(readme, "run `node packages/semconv/test/keys.ts --write`").toContain(tables());
});

test("the measure finds a resolver that knows nothing, and one that takes all for a secret", () => {
  const keys = readKeys("half-1");
  const all = (classify: () => string) => measure(keys, classify).find((row) => row.class === "all")!;
  expect(all(() => "none").recall).toBe(0);
  expect(all(() => "credential").precision).toBeLessThan(0.1);
});
