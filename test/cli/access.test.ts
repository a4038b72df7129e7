import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedPlane, servePlane, startAccessCommand } from "./control-plane.ts";
import { type Run, scrimHere } from "./scrim.ts";

/* The control plane as a process of its own, and people who ask it by the command. */

let plane: ServedPlane;
/** Everything that commands have printed, for secrets to be looked for. */
const printed: string[] = [];

beforeAll(async () => {
  plane = await servePlane([
    ...["--person", "alice:engineer,break_glass", "--person", "bob:approver,admin,security"],
    ...["--person", "carol:approver", "--team", "payments=alice,carol", "--owns", "payments=checkout*"],
    ...["--workload", "checkout@production", "--log", "shop.example/access"],
  ]);
  await enrol("checkout", "production");
  await enrol("checkout-worker", "production");
}, 60_000);
afterAll(() => plane.close());

async function enrol(service: string, environment: string): Promise<void> {
  const out = join(plane.folder, `${service}-${environment}`);
  expect((await scrimHere(["grant", "keygen", "service", "--out", out])).code).toBe(0);
  const name = ["--service", service, "--environment", environment];
  const { code, stderr } = await ok("bob", "enrol", ...name, "--public-key", `${out}.pub`);
  expect(code, stderr).toBe(0);
}

async function here(person: string, ...args: readonly string[]): Promise<Run> {
  const run = await plane.here(person, ...args);
  printed.push(run.stdout, run.stderr);
  return run;
}

async function ok(person: string, ...args: readonly string[]): Promise<Run> {
  const run = await here(person, ...args);
  expect(run.code, run.stderr).toBe(0);
  return run;
}

const TARGET = ["--service", "checkout", "--environment", "production"];
const PAY = ["--where", "url.path == '/pay'", "--traces", "5"];
const WHY = ["--for", "15m", "--reason", "payments fail"];
const CAPTURE = ["request", "capture", ...TARGET, ...PAY, ...WHY];

const requestIn = (text: string) => /req-[0-9a-f]{16}/.exec(text)![0];

/** What differs from run to run: ids, times, address and folder. Columns stay as wide as they are. */
const lasting = (text: string) =>
  text
    .replaceAll(plane.url, "URL")
    .replaceAll(plane.folder, "FOLDER")
    .replace(/req-[0-9a-f]{16}/g, "req-ID______________")
    .replace(/\b[0-9a-f]{16}\b/g, "ID______________")
    .replace(/\d{4}-\d\d-\d\dT[\d:]{8}Z/g, "TIME")
    .replace(/(times out in|waiting) [\dhms]+/g, "$1 LONG")
    .replace(/\bin \d\dm|\bin \d\dh/g, (text) => `in NN${text.at(-1)}`)
    .replace(/\bnow\b|\b\d{1,2}s ago/g, "now")
    .replace(/ +$/gm, "");

describe("init", () => {
  test("makes files that only their owner may read, but for public keys", () => {
    const names = readdirSync(plane.at(".")).filter((name) => !["audit", "access.db"].includes(name));
    const modes = names
      .filter((name) => !name.startsWith("access.db"))
      .map((name) => [name, (statSync(plane.at(name)).mode & 0o777).toString(8)]);
    expect(Object.fromEntries(modes)).toEqual({
      "access.secrets": "600",
      "access.yaml": "600",
      "alice.token": "600",
      "audit.key": "600",
      "audit.pub": "644",
      "bob.token": "600",
      "carol.token": "600",
      "checkout-production.token": "600",
      "directory.yaml": "600",
      "signing.key": "600",
      "signing.pub": "644",
      tokens: "600",
    });
    expect((statSync(plane.at(".")).mode & 0o777).toString(8)).toBe("700");
  });

  test("overwrites nothing", async () => {
    const before = readFileSync(plane.at("tokens"), "utf8");
    const { code, stderr } = await scrimHere(["access", "init", plane.at("."), "--person", "eve:admin"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/is not empty, and stays as it is \[INPUT_INVALID\]/);
    expect(readFileSync(plane.at("tokens"), "utf8")).toBe(before);
  });

  const REFUSED: readonly (readonly [name: string, args: readonly string[], says: RegExp])[] = [
    ["nobody", [], /--person NAME:ROLE,ROLE is required/],
    [
      "a person without roles",
      ["--person", "alice"],
      /--person: expected a name[\s\S]*--person alice:engineer/,
    ],
    ["a path for a name", ["--person", "../../alice:engineer"], /--person: expected a name/],
    ["a member who is nobody", ["--person", "a:viewer", "--team", "t=a,b"], /--team: b is no --person/],
    ["an owner that is no team", ["--person", "a:viewer", "--owns", "t=checkout"], /--owns: t is no --team/],
    ["somebody twice", ["--person", "a:viewer", "--person", "a:admin"], /--person: a is there twice/],
    [
      "a workload without environment",
      ["--person", "a:viewer", "--workload", "checkout"],
      /checkout@production/,
    ],
    ["no port", ["--person", "a:viewer", "--listen", "here"], /--listen: expected host:port/],
    ["a log with spaces", ["--person", "a:viewer", "--log", "my log"], /a key's name has no spaces/],
  ];
  test.each(REFUSED)("refuses %s, and writes nothing", async (name, args, says) => {
    const folder = join(plane.folder, `refused-${name.replaceAll(" ", "-")}`);
    const { code, stderr } = await scrimHere(["access", "init", folder, ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
    expect(readdirSync(plane.folder)).not.toContain(folder.split("/").at(-1));
  });
});

describe("a request", () => {
  test("waits in one process until somebody approves it in another", async () => {
    const waiting = startAccessCommand([...CAPTURE, "--wait", ...plane.as("alice")]);
    await waiting.says("waiting", "times out at");
    const id = requestIn(waiting.stdout());
    const approved = await plane.run("bob", "approve", id, "--comment", "go ahead");
    expect(approved.code, approved.stderr).toBe(0);
    expect(await waiting.ended, waiting.stderr()).toBe(0);
    printed.push(waiting.stdout(), waiting.stderr(), approved.stdout, approved.stderr);
    expect(lasting(waiting.stdout())).toMatchInlineSnapshot(`
      "request req-ID______________: capture 5 of url.path == '/pay' for 15m
      for checkout/production; 0 of 1 approvals, times out at TIME
      request req-ID______________ is approved by bob: go ahead; grant ID______________
      "
    `);
    expect(lasting(waiting.stderr())).toMatchInlineSnapshot(`
      "access request capture: note: callers write url.path: who sends such requests can use the traces up
      access request capture: waiting LONG: 0 of 1 approvals (one-approval); times out in LONG
      access request capture: hint: see it: scrim access show ID______________ --url URL --token-file FOLDER/access/alice.token
      "
    `);
    expect(lasting(approved.stdout)).toMatchInlineSnapshot(`
      "request req-ID______________ is approved; grant ID______________
      "
    `);
    expect(lasting(approved.stderr)).toMatchInlineSnapshot(`
      "access approve: hint: take it back: scrim access revoke ID______________ --url URL --token-file FOLDER/access/bob.token
      "
    `);
  }, 60_000);

  test("that is denied ends the wait with 1, and says why", async () => {
    const waiting = startAccessCommand([...CAPTURE, "--wait", ...plane.as("alice")]);
    await waiting.says("waiting", "times out at");
    await ok("bob", "deny", requestIn(waiting.stdout()), "--comment", "use staging");
    expect(await waiting.ended).toBe(1);
    expect(lasting(waiting.stdout())).toContain("is denied by bob: use staging");
  }, 60_000);

  test("stays when whoever waits for it presses Ctrl-C, who hears how to take it back", async () => {
    const waiting = startAccessCommand([...CAPTURE, "--wait", ...plane.as("alice")]);
    await waiting.says("waiting", "times out at");
    const id = requestIn(waiting.stdout());
    waiting.child.kill("SIGINT");
    expect(await waiting.ended).toBe(130);
    expect(lasting(waiting.stderr())).toMatchInlineSnapshot(`
      "access request capture: note: callers write url.path: who sends such requests can use the traces up
      access request capture: waiting LONG: 0 of 1 approvals (one-approval); times out in LONG
      access request capture: note: stopped waiting; request req-ID______________ stays, and times out in LONG
      access request capture: hint: take it back: scrim access cancel req-ID______________ --url URL --token-file FOLDER/access/alice.token
      access request capture: hint: go on waiting: scrim access show req-ID______________ --wait --url URL --token-file FOLDER/access/alice.token
      "
    `);
    const cancelled = await ok("alice", "cancel", id);
    expect(cancelled.stdout).toBe(`request ${id} is cancelled\n`);
  }, 60_000);
});
