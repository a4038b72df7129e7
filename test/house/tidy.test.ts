import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";

/** House rules that a linter can't keep. Each names its remedy. */

const SOURCES = globSync("{packages,examples,test,bench,docs}/**/*.ts", {
  cwd: ROOT,
  // `test/docs` runs examples in folders that come and go.
  exclude: (path) => /node_modules|(?:^|\/)dist(?:\/|$)|docs\/example-/.test(path),
});
const PAGES = globSync(
  "{*.md,docs/*.md,docs/decisions/*.md,bench/*.md,test/*/*.md,packages/*/*.md,examples/*/*.md}",
  { cwd: ROOT },
);
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

/** Lines a source file may have. Files over it are tables, tests, or on the list with a reason. */
const LINES_MAX = 400;
const LONG: Readonly<Record<string, string>> = {
  "packages/redact/src/text-engine.ts": "one concept: texts collected, scanned, turned into edits",
  "packages/redact/src/message-walk.ts": "one concept: the walk over OTLP",
};

test("files are named for what is in them", () => {
  const vague = SOURCES.filter((file) => /\/(?:utils?|helpers?|misc|common-utils)\.ts$/.test(file));
  expect(vague, "name the file for its one concept").toEqual([]);
});

test("no file grows past what one reading takes", () => {
  const long = SOURCES.filter(
    (file) =>
      !/\.test\.ts$|\/catalogue\/|\/generated\/|leaves\.ts$|headers\.ts$|\/test\/|\/testing\//.test(file),
  )
    .filter((file) => read(file).split("\n").length > LINES_MAX)
    .filter((file) => LONG[file] === undefined && !file.startsWith("test/"));
  expect(long, "split it by concept, or add it to LONG with the reason").toEqual([]);
});

test("nothing is left for later in the code", () => {
  const marks = SOURCES.filter(
    (file) => /\b(?:TODO|FIXME|XXX|HACK)\b/.test(read(file)) && !file.endsWith("tidy.test.ts"),
  );
  expect(marks, "do it, or open an issue").toEqual([]);
});

test("a package's door names each export", () => {
  for (const file of globSync("packages/*/src/index.ts", { cwd: ROOT })) {
    expect(read(file), `${file}: list the names`).not.toMatch(/export \* from/);
  }
});

test.each(PAGES)("%s names only files that exist", (page) => {
  const text = read(page);
  const linked = [...text.matchAll(/\]\(([^)#:\s]+)\)/g)].map(([, path]) => join(dirname(page), path!));
  const named = [...text.matchAll(/`((?:packages|test|docs|bench|examples|bin)\/[\w./-]+)`/g)].map(
    ([, path]) => path!,
  );
  const missing = [...linked, ...named].filter((path) => !existsSync(join(ROOT, path)));
  expect(missing, "mend the path").toEqual([]);
});
