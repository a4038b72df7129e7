import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { workspacePackages } from "../packages/workspace.ts";

/** A package imports only packages above it. `docs/ARCHITECTURE.md` says what each is for. */
const ORDER = [
  "errors",
  "hpke",
  "seal",
  "wire",
  "detect",
  "semconv",
  "policy",
  "redact",
  "grants",
  "audit",
  "otel",
  "pipeline",
  "authentication",
  "gateway",
  "access",
  "cli",
];

/** The only places that open sockets. */
const SOCKETS = [
  "grants/src/",
  "authentication/src/oidc/",
  "gateway/src/",
  "access/src/",
  "cli/src/grant-server/",
  "cli/src/audit/",
  "cli/src/access/",
];

const IMPORT =
  /(?:import|export)[^;'"]*?from\s*["']([^"']+)["']|import\s*\(\s*["']([^"']+)["']\s*\)|^import\s*["']([^"']+)["']/gm;

function importsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(IMPORT)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
}

/** Imports in `folder` that the rule forbids: packages below it, and paths that leave the package. */
function wrongImports(folder: string, file: string, imports: readonly string[]): string[] {
  const above = ORDER.slice(0, ORDER.indexOf(folder));
  return imports.filter((name) => {
    if (name.startsWith(".")) return relative("src", join("src", dirname(file), name)).startsWith("..");
    const target = name === "scrim" ? "cli" : name.startsWith("@scrim/") ? name.split("/")[1]! : undefined;
    return target !== undefined && target !== folder && !above.includes(target);
  });
}

test("every package has its place in the order", () => {
  expect(
    workspacePackages()
      .map(({ folder }) => folder)
      .toSorted(),
  ).toEqual([...ORDER].sort());
});

test("a package imports only packages above it", () => {
  for (const { folder, path } of workspacePackages()) {
    for (const file of globSync("src/**/*.ts", { cwd: path, exclude: ["**/*.test.ts"] })) {
      expect(
        wrongImports(folder, relative("src", file), importsOf(join(path, file))),
        `${folder}/${file}: move the code up, or the caller down`,
      ).toEqual([]);
    }
  }
});

test("the check sees a wrong direction", () => {
  const imports = [
    "@scrim/errors",
    "@scrim/redact",
    "@scrim/detect/text-test",
    "scrim",
    "../../redact/src/index.ts",
    "../limits.ts",
    "node:fs",
  ];
  expect(wrongImports("wire", "otlp/logs.ts", imports)).toEqual([
    "@scrim/redact",
    "@scrim/detect/text-test",
    "scrim",
    "../../redact/src/index.ts",
  ]);
});

test("a package declares exactly the packages it imports", () => {
  for (const { folder, path, manifest } of workspacePackages()) {
    const used = new Set<string>();
    for (const file of globSync("src/**/*.ts", { cwd: path, exclude: ["**/*.test.ts"] })) {
      for (const name of importsOf(join(path, file))) {
        const imported = name.split("/").slice(0, 2).join("/");
        if (imported.startsWith("@scrim/") && imported !== manifest.name) used.add(imported);
      }
    }
    const declared = Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith("@scrim/"));
    expect(declared.toSorted(), folder).toEqual([...used].sort());
  }
});

test("sockets are opened only at the edge", () => {
  for (const { folder, path } of workspacePackages()) {
    for (const file of globSync("src/**/*.ts", { cwd: path, exclude: ["**/*.test.ts"] })) {
      if (SOCKETS.some((place) => `${folder}/${file}`.startsWith(place))) continue;
      const opened = importsOf(join(path, file)).filter((name) =>
        /^node:(?:http|https|http2|tls|dgram)$/.test(name),
      );
      expect(opened, `${folder}/${file}: sockets belong in ${SOCKETS.join(" or ")}`).toEqual([]);
    }
  }
});

test("regular expressions on data come through one door", () => {
  const importers = workspacePackages().flatMap(({ folder, path }) =>
    globSync("src/**/*.ts", { cwd: path, exclude: ["**/*.test.ts"] })
      .filter((file) => importsOf(join(path, file)).some((name) => /^re2(?:js)?$/.test(name)))
      .map((file) => `${folder}/${file}`),
  );
  expect(importers).toContain("detect/src/expressions/portable-engine.ts");
  const others = importers.filter((file) => !file.startsWith("detect/src/expressions/"));
  expect(others, "import from packages/detect/src/expressions/engine.ts").toEqual([]);
});

test("errors and wire have no dependencies but each other", () => {
  for (const folder of ["errors", "wire"]) {
    const { manifest } = workspacePackages().find((each) => each.folder === folder)!;
    expect(Object.keys(manifest.dependencies ?? {}).filter((name) => name !== "@scrim/errors")).toEqual([]);
  }
});
