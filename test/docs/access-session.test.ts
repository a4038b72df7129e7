import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";
import { runStep, serveStep, stepsOf } from "./page-session.ts";

const PAGE = "docs/access.md";
const STEPS = stepsOf(PAGE);

/** The files that the page tells to write, by the name in their first line. */
const FILES = [
  ...readFileSync(join(ROOT, PAGE), "utf8").matchAll(/^```\w+\n(?:#|\/\/) (\S+)\n([\s\S]*?)^```/gm),
];

const ID = /\breq-[0-9a-f]{16}\b|\b[0-9a-f]{16}\b/g;

/** What differs from run to run: ids, hashes, times and ports, and with them the widths of columns. */
const lasting = (text: string) =>
  text
    .replace(/\breq-[0-9a-f]{16}/g, "REQUEST")
    .replace(/\b[0-9a-f]{64}\b/g, "HASH")
    .replace(/\b[0-9a-f]{16}\b/g, "ID")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replace(/\b\d+ entries/g, "N entries")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replace(/\bin \d+[mh]\b/g, "in a while")
    .replace(/\bnow\b|\b\d+[sm] ago\b/g, "just now")
    .replace(/capture 5 of [^…\n]*…/g, "capture 5 of …")
    .replace(/checkout\/prod\w*…?/g, "checkout/…")
    .replace(/ {2,}/g, "  ");

/** Ids on the page, by what they are in this run: in the order in which they are printed. */
function learnIds(known: Map<string, string>, printed: string, said: string): void {
  const real = said.match(ID) ?? [];
  for (const [at, id] of (printed.match(ID) ?? []).entries())
    if (real[at] !== undefined) known.set(id, real[at]);
}

test("the page's session goes as it is printed", async () => {
  // Where pino and its instrumentation are found.
  const folder = mkdtempSync(join(ROOT, "examples/checkout/session-"));
  // The server may still write while it is told to stop.
  onTestFinished(() => rm(folder, { recursive: true, maxRetries: 20 }));
  const env: Record<string, string> = {};
  const ids = new Map<string, string>();
  const ran: string[] = [];
  for (const { who, command, output } of STEPS) {
    ran.push(command.split(" ").slice(1, 3).join(" "));
    if (command.startsWith("scrim access serve ")) {
      const said = await serveStep(command, folder);
      // With its usual port there is nothing to tell.
      expect(lasting(said.replace(/^.*hint: who calls it.*\n/m, ""))).toBe(lasting(output));
      const url = /http:\S+/.exec(said)![0];
      env.SCRIM_ACCESS_URL = url;
      for (const [, name, text] of FILES)
        writeFileSync(join(folder, name!), text!.replace("http://127.0.0.1:4330", url));
      continue;
    }
    if (who !== "") env.SCRIM_ACCESS_TOKEN_FILE = `access/${who}.token`;
    const { code, said } = await runStep(
      command.replaceAll(ID, (id) => ids.get(id) ?? id),
      folder,
      env,
    );
    expect([code, lasting(said)], command).toEqual([0, lasting(output)]);
    learnIds(ids, output, said);
  }
  for (const needed of [
    "access init",
    "access serve",
    "access enrol",
    "access request",
    "access approve",
    "access revoke",
    "audit verify",
  ])
    expect(ran).toContain(needed);
}, 180_000);
