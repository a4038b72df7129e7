import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuthenticationConfig, AuthorizationConfig, createAuthorize, parseDirectory } from "@scrim/access";
import { readYaml } from "@scrim/pipeline";
import { expect, test } from "vitest";

import { ROOT } from "../packages/workspace.ts";

const PAGE = readFileSync(join(ROOT, "docs/access-identity.md"), "utf8");
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text]) => text!);

const SECTIONS: Readonly<Record<string, { parse(value: unknown): unknown }>> = {
  authentication: AuthenticationConfig,
  authorization: AuthorizationConfig,
};

test("the page's directory is one, and has who it says", () => {
  const directory = parseDirectory(blocks("yaml")[0]!);
  const agent = directory.principalOf("token:triage-agent", "alice", 0);
  expect([agent?.people, agent?.roles]).toEqual([["alice", "bob"], ["engineer"]]);
  expect(directory.ownersOf("payouts", "staging", "acme")).toEqual(["payments"]);
});

test("the page's sections of configuration are taken", () => {
  const sections = blocks("yaml")
    .slice(1)
    .flatMap((text) => Object.entries(readYaml(text) as object));
  expect(sections.map(([name]) => name)).toEqual(["authentication", "authentication", "authorization"]);
  for (const [name, section] of sections) SECTIONS[name]?.parse(section);
});

test("the page's policies are taken beside scrim's own, without a warning", () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-policies-"));
  try {
    writeFileSync(join(folder, "acme.cedar"), blocks("cedar")[0]!, { mode: 0o600 });
    const told: unknown[] = [];
    createAuthorize(
      { policy_files: ["acme.cedar"] },
      { baseDir: folder, told: (problem) => told.push(problem) },
    );
    expect(told).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
