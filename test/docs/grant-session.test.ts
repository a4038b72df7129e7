import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runStep, serveStep, stepsOf } from "./page-session.ts";

const STEPS = stepsOf("packages/cli/README.md");

/** What differs from run to run: ids, times and ports. Columns stay as wide as they are. */
const lasting = (text: string) =>
  text
    .replace(/\b[0-9a-f]{16}\b/g, "ID______________")
    .replace(/\d{4}-\d\d-\d\dT[\d:]{8}Z/g, "TIME________________")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");

test("the README's session of grants goes as it is printed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-session-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(STEPS.map(({ command }) => command.split(" ")[2])).toEqual([
    "keygen",
    "keygen",
    "enrol",
    "serve",
    "create",
    "list",
    "revoke",
  ]);
  let grant = "";
  for (const { command, output } of STEPS) {
    if (command.startsWith("scrim grant serve ")) {
      expect(lasting(await serveStep(command, folder))).toBe(lasting(output));
      continue;
    }
    const { code, said } = await runStep(command.replace(/(?<=revoke )\w+/, grant), folder);
    expect(code, said).toBe(0);
    expect(lasting(said), command).toBe(lasting(output));
    grant = /^grant ([0-9a-f]{16}): /m.exec(said)?.[1] ?? grant;
  }
}, 180_000);
