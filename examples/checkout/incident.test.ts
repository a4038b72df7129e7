import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BINARIES, Cluster } from "../../packages/access/test/postgres/cluster.ts";
import { byService } from "./by-service.ts";
import { runIncident } from "./incident.ts";

const README = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
const TIMEOUT_MS = 240_000;

let cluster: Cluster | undefined;
beforeAll(async () => {
  cluster = BINARIES === undefined ? undefined : await Cluster.start();
}, TIMEOUT_MS);
afterAll(() => cluster?.remove());

async function session(postgresUrl?: string): Promise<string> {
  const printed: string[] = [];
  await runIncident({
    print: (text) => printed.push(text),
    ...(postgresUrl !== undefined && { postgresUrl }),
  });
  return printed.join("\n");
}

/** What differs from run to run: times, how long spans took, ids, and what was sealed. */
function lasting(text: string): string[] {
  return text
    .replaceAll(/^[\d:.]{12}Z /gm, "")
    .replaceAll(/(?<=^SPAN .*) [\d.]+ms/gm, " 1ms")
    .replaceAll(/\breq-[0-9a-f]{16}\b/g, "REQUEST")
    .replaceAll(/\b[0-9a-f]{16}\b/g, "GRANT")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "ROOT")
    .replaceAll(/SEALED:v1:[\w-]+/g, "SEALED:v1:TOKEN")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/scrim-access-[0-9a-f]+/g, "LOG")
    .replaceAll(/\b\d+ entries/g, "N entries")
    .replaceAll(/\basked (?:now|\d+s ago)/g, "asked SOON")
    .replaceAll(/\bout in \w+/g, "out SOON")
    .trim()
    .split("\n")
    .filter((line) => !/^access request \w+: waiting/.test(line)); // said while there is something to wait for
}

function check(output: string): void {
  const [before = "", after = ""] = output.split("The grants have ended.");
  expect(before).toMatch(/SEALED:v1:[\s\S]*email: jane\.doe@customers\.example[\s\S]*opened 1 of 1/);
  expect(after).toMatch(/opened 0 of 1 sealed value; 1 was refused/);
  expect(after.split("Nor is anything")[0]).not.toContain("scrim.grant.id");
  expect(after).toMatch(/verified[\s\S]*tampered[\s\S]*AUDIT_INVALID/);
  expect(after).not.toContain("jane.doe");
  expect(output).not.toMatch(/4111|10115|made-up-key/);
}

test("the incident goes as it is printed beside it", { timeout: TIMEOUT_MS }, async () => {
  const printed = /<!-- session: incident -->\n```\n([\s\S]*?)```/.exec(README)?.[1] ?? "";
  const output = await session();
  check(output);
  expect(byService(lasting(output))).toEqual(byService(lasting(printed)));
});

test.skipIf(BINARIES === undefined)("and so over PostgreSQL", { timeout: TIMEOUT_MS }, async () => {
  check(await session(cluster!.url("postgres")));
});
