import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedPlane, servePlane, startAccessCommand } from "./control-plane.ts";
import { type Run, scrim, scrimHere } from "./scrim.ts";

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

/** A request of alice; its id. */
async function asked(...args: readonly string[]): Promise<string> {
  return requestIn((await ok("alice", ...(args.length === 0 ? CAPTURE : args))).stdout);
}

/** What differs from run to run: ids, times, address and folder. Columns stay as wide as they are. */
const grantIn = (text: string) => /grant ([0-9a-f]{16})/.exec(text)![1]!;

const lasting = (text: string) =>
  text
    .replaceAll(plane.url, "URL")
    .replaceAll(plane.folder, "FOLDER")
    .replace(/req-[0-9a-f]{16}/g, "req-ID______________")
    .replace(/\b[0-9a-f]{16}\b/g, "ID______________")
    .replace(/\d{4}-\d\d-\d\dT[\d:]{8}Z/g, "TIME")
    .replace(/(times out in|waiting) [\dhms]+/g, "$1 LONG")
    .replace(/\bin \d+[mh]\b/g, "in LONG")
    .replace(/\bnow\b|\b\d+[sm] ago/g, "now")
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

describe("scrim access serve", () => {
  test.each([
    ["a text", "hello", "error: expected object, received string"],
    ["a list", "[a, b]", "error: expected object, received array"],
    ["a slip", "listn: 127.0.0.1:0", 'unrecognized key "listn"'],
  ])("says what is wrong with a configuration that is %s", async (_, text, says) => {
    const file = join(plane.folder, "broken.yaml");
    writeFileSync(file, text);
    for (const listen of [[], ["--listen", "127.0.0.1:0"]]) {
      const { code, stderr } = await scrimHere(["access", "serve", "--config", file, ...listen]);
      expect([code, stderr]).toEqual([1, expect.stringContaining(says)]);
    }
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
      access request capture: waiting LONG: times out in LONG; 0 of 1 approvals (one-approval)
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
      access request capture: waiting LONG: times out in LONG; 0 of 1 approvals (one-approval)
      access request capture: note: stopped waiting; request req-ID______________ stays, and times out in LONG
      access request capture: hint: take it back: scrim access cancel req-ID______________ --url URL --token-file FOLDER/access/alice.token
      access request capture: hint: go on waiting: scrim access show req-ID______________ --wait --url URL --token-file FOLDER/access/alice.token
      "
    `);
    const cancelled = await ok("alice", "cancel", id);
    expect(cancelled.stdout).toBe(`request ${id} is cancelled\n`);
  }, 60_000);
});

describe("decisions", () => {
  test("who asked doesn't decide, and hears who may", async () => {
    const id = await asked();
    const { code, stdout, stderr } = await here("alice", "approve", id);
    expect([code, stdout]).toEqual([1, ""]);
    expect(lasting(stderr)).toMatchInlineSnapshot(`
      "access approve: error: nobody decides on what they, or who acts for them, have asked for [ACCESS_REFUSED]
      access approve: hint: somebody else decides on it; who may: scrim access show req-ID______________ --url URL --token-file FOLDER/access/alice.token
      "
    `);
    await ok("alice", "cancel", id);
  });

  test("what is decided stays, whoever comes later", async () => {
    const id = await asked();
    await ok("bob", "deny", id, "--comment", "not now");
    const late = await here("carol", "approve", id);
    expect(late.code).toBe(1);
    expect(lasting(late.stderr)).toMatchInlineSnapshot(`
      "access approve: error: it has been decided, or has ended [ACCESS_REFUSED]
      access approve: hint: what became of it: scrim access show req-ID______________ --url URL --token-file FOLDER/access/carol.token
      "
    `);
  });

  test("a grant is prolonged with its own scope, and revoked", async () => {
    const approved = await ok("bob", "approve", await asked());
    const grant = grantIn(approved.stdout);
    const why = ["--for", "5m", "--reason", "still looking"];
    const more = await ok("alice", "request", "capture", "--extends", grant, ...why);
    expect(lasting(more.stdout)).toContain("capture 5 of url.path == '/pay' for 5m");
    await ok("alice", "cancel", requestIn(more.stdout));
    const revoked = await ok("carol", "revoke", grant, "--comment", "found it");
    expect(revoked.stdout).toBe(`grant ${grant} is revoked\n`);
    const again = await here("alice", "request", "capture", "--extends", grant, ...why);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/only an open grant of yours[\s\S]*ask anew, without --extends/);
  });

  test("what is taken without asking is reviewed by somebody else before more is taken", async () => {
    const glass = ["break-glass", "capture", ...TARGET, ...PAY, "--reason", "nobody can pay"];
    const taken = await ok("alice", ...glass);
    expect(lasting(taken.stdout)).toMatchInlineSnapshot(`
      "grant ID______________: capture 5 of url.path == '/pay' for 15m, taken without asking
      for checkout/production; somebody else has to review it
      "
    `);
    const grant = grantIn(taken.stdout);
    const second = await here("alice", ...glass);
    expect(second.code).toBe(1);
    expect(lasting(second.stderr)).toMatchInlineSnapshot(`
      "access break-glass capture: error: break-glass access that you have taken still waits for its review [ACCESS_REFUSED]
      access break-glass capture: hint: somebody else looks at it first; which it is: scrim access grants --url URL --token-file FOLDER/access/alice.token
      "
    `);
    expect((await here("alice", "review", grant)).code).toBe(1);
    expect((await ok("bob", "review", grant)).stdout).toBe(`grant ${grant} is reviewed\n`);
    await ok("alice", "revoke", grant);
    await ok("alice", "revoke", grantIn((await ok("alice", ...glass)).stdout));
  });

  test("a request to reveal names what was sealed until now", async () => {
    const what = ["--class", "user.email", "--values", "10", "--sealed-since", "1h"];
    const id = await asked("request", "reveal", ...TARGET, ...what, ...WHY);
    expect(lasting((await ok("alice", "show", id)).stdout)).toMatchInlineSnapshot(`
      "request     req-ID______________
      state       pending, asked now, times out in LONG (TIME)
      asked by    alice
      reason      payments fail
      what        reveal: 10 sealed values at most
      classes     user.email
      sealed      from TIME until TIME
      traces      any
      for         checkout in production
      how long    15m from its approval
      owners      payments
      rules       one-approval
      needs       0 of 1 approvals
      decisions   none
      "
    `);
    // Who approves captures doesn't approve reveals.
    expect((await here("bob", "approve", id)).code).toBe(1);
    await ok("alice", "cancel", id);
  });
});

describe("what there is", () => {
  let shown: ServedPlane;
  let active: string;
  const see = async (person: string, ...args: readonly string[]) => {
    const run = await shown.here(person, ...args);
    printed.push(run.stdout, run.stderr);
    expect(run.code, run.stderr).toBe(0);
    return run.stdout;
  };
  beforeAll(async () => {
    shown = await servePlane(["--person", "alice:engineer", "--person", "bob:approver,admin"]);
    const out = join(shown.folder, "checkout");
    await scrimHere(["grant", "keygen", "service", "--out", out]);
    for (const environment of ["production", "staging"])
      await see(
        "bob",
        "enrol",
        "--service",
        "checkout",
        "--environment",
        environment,
        "--public-key",
        `${out}.pub`,
      );
    await see("alice", ...CAPTURE);
    const patterns = ["--service", "check*", "--environment", "*"];
    const both = await see(
      "alice",
      "request",
      "capture",
      ...patterns,
      ...PAY,
      "--for",
      "2h",
      "--reason",
      "支払い",
    );
    await see("bob", "deny", requestIn(both), "--comment", "one at a time");
    const ids = [
      "--trace",
      "0af7651916cd43dd8448eb211c80319c",
      "--trace",
      "1af7651916cd43dd8448eb211c80319c",
    ];
    const third = await see("alice", "request", "capture", ...TARGET, ...ids, ...WHY, "--ticket", "PAY-17");
    active = grantIn(await see("bob", "approve", requestIn(third)));
    const errors = ["--on-error", "--traces-per-min", "3"];
    const fourth = await see("alice", "request", "capture", ...TARGET, ...errors, ...WHY);
    await see("alice", "revoke", grantIn(await see("bob", "approve", requestIn(fourth))));
  }, 60_000);
  afterAll(() => shown.close());

  /** Rows of one second have the order of ids, which are random; how wide columns are, and where they are cut, depends on the time. */
  const sorted = (table: string) =>
    lasting(table)
      .replaceAll(/capture [\w ,.]*…/g, "capture …")
      .replaceAll(/checkout\/produc\w*…?/g, "checkout/production")
      .replaceAll(/ {2,}/g, "  ")
      .split("\n")
      .filter(Boolean)
      .toSorted()
      .join("\n");

  test("requests as a table of 100 columns", async () => {
    const table = await see("bob", "list");
    expect(sorted(table)).toMatchInlineSnapshot(`
      "REQUEST  STATE  WHO  WHAT  TIME  FOR  ASKED  END
      req-ID______________  approved  alice  capture 2 traces  15m  checkout/production  now  now
      req-ID______________  approved  alice  capture …  15m  checkout/production  now  now
      req-ID______________  denied  alice  capture …  1h  checkout/production  now  now
      req-ID______________  pending  alice  capture …  15m  checkout/production  now  in LONG"
    `);
    expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("requests of one state", async () => {
    const table = await see("bob", "list", "--state", "denied");
    expect(table.match(/req-/g)).toHaveLength(1);
    expect((await see("bob", "list", "--state", "timed_out")).trim()).toBe("no requests");
  });

  test("grants", async () => {
    expect(sorted(await see("alice", "grants"))).toMatchInlineSnapshot(`
      "GRANT  STATE  WHO  WHAT  FOR  USED  END  REVIEW
      ID______________  active  alice  capture 2 traces  checkout/production  in LONG
      ID______________  revoked  alice  capture …  checkout/production  now"
    `);
  });

  test("services", async () => {
    expect(sorted(await see("alice", "services"))).toMatchInlineSnapshot(`
      "SERVICE  ENVIRONMENT  OWNERS  KEYS
      checkout  production  no team  ID______________
      checkout  staging  no team  ID______________"
    `);
  });

  test("a request that waits, with what who decides on it has to know", async () => {
    const id = requestIn(await see("bob", "list", "--state", "pending"));
    const run = await shown.here("bob", "show", id);
    expect(lasting(run.stdout)).toMatchInlineSnapshot(`
      "request     req-ID______________
      state       pending, asked now, times out in LONG (TIME)
      asked by    alice
      reason      payments fail
      what        capture: debug of the next 5 traces of the predicate
      where       url.path == '/pay'
      limits      200 records a second, 64MiB, in each process
      note        callers write url.path: who sends such requests can use the traces up
      for         checkout in production
      how long    15m from its approval
      owners      no team
      rules       one-approval
      needs       0 of 1 approvals
      decisions   none
      "
    `);
    expect(
      lasting(run.stderr).replaceAll(shown.url, "URL").replaceAll(shown.folder, "FOLDER"),
    ).toMatchInlineSnapshot(`
      "access show: hint: decide: scrim access approve req-ID______________ --url URL --token-file FOLDER/access/bob.token
      access show: hint: or: scrim access deny req-ID______________ --comment WHY --url URL --token-file FOLDER/access/bob.token
      "
    `);
  });

  test("a request that was denied", async () => {
    const id = requestIn(await see("bob", "list", "--state", "denied"));
    expect(lasting(await see("bob", "show", id))).toMatchInlineSnapshot(`
      "request     req-ID______________
      state       denied now (TIME)
      asked by    alice
      reason      支払い
      what        capture: debug of the next 5 traces of the predicate
      where       url.path == '/pay'
      limits      200 records a second, 64MiB, in each process
      note        callers write url.path: who sends such requests can use the traces up
      for         checkout in production
                  checkout in staging
                  asked as check*, *
      how long    1h from its approval, 2h were asked for
      owners      no team
      rules       one-approval
      needs       0 of 1 approvals
      decisions   denied by bob now: one at a time
      "
    `);
  });

  test("a grant", async () => {
    expect(lasting(await see("bob", "show", active))).toMatchInlineSnapshot(`
      "grant       ID______________
      state       active, ends in LONG
      holder      alice
      what        capture: debug of 2 traces
      traces      0af7651916cd43dd8448eb211c80319c
                  1af7651916cd43dd8448eb211c80319c
      limits      200 records a second, 64MiB, in each process
      for         checkout in production
      holds       from TIME until TIME
      owners      no team
      request     req-ID______________
      "
    `);
  });

  test("who somebody is", async () => {
    expect(await see("bob", "whoami")).toMatchInlineSnapshot(`
      "person      bob
      tenant      default
      roles       approver, admin
      teams       none
      "
    `);
  });

  test("--json is what the control plane answers, one document a line", async () => {
    const token = readFileSync(shown.at("bob.token"), "utf8").trim();
    const get = async (path: string) => {
      const response = await fetch(`${shown.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      return (await response.json()) as Record<string, unknown[]>;
    };
    const lines = async (...args: readonly string[]) =>
      (await see("bob", ...args, "--json"))
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown);
    expect(await lines("list")).toEqual((await get("/v1/requests")).requests);
    expect(await lines("services")).toEqual((await get("/v1/services")).services);
    expect(await lines("show", active)).toEqual([await get(`/v1/grants/${active}`)]);
    expect(await lines("whoami")).toEqual([await get("/v1/whoami")]);
    expect((await lines("grants")).length).toBe(2);
  });
});

describe("what can't be asked", () => {
  const R = ["request", "capture"];
  const V = ["request", "reveal", ...TARGET, "--class", "user.email", "--values", "1"];
  const REFUSED: readonly (readonly [name: string, code: number, args: readonly string[], says: RegExp])[] = [
    [
      "no kind of request",
      2,
      ["request"],
      /access request needs a subcommand[\s\S]*access request capture, access request reveal/,
    ],
    ["no service", 2, [...R, ...PAY, ...WHY], /--service NAME is required[\s\S]*scrim access services/],
    ["no environment", 2, [...R, "--service", "checkout", ...PAY, ...WHY], /--environment NAME is required/],
    ["no traces", 2, [...R, ...TARGET, ...WHY], /one of --trace ID, --where CEL and --on-error is required/],
    ["no reason", 2, [...R, ...TARGET, ...PAY, "--for", "15m"], /--reason TEXT is required/],
    [
      "a service that nobody knows",
      1,
      [...R, "--service", "chekout", "--environment", "*", ...PAY, ...WHY],
      /no enrolled service matches[\s\S]*scrim access services/,
    ],
    [
      "no predicate",
      1,
      [...R, ...TARGET, "--where", "url.path ==", "--traces", "5", ...WHY],
      /PREDICATE_INVALID[\s\S]*write it like/,
    ],
    [
      "a time without zone",
      2,
      [...R, ...TARGET, ...PAY, ...WHY, "--starts-at", "2027-01-15T08:00:00"],
      /--starts-at: expected a time with its zone/,
    ],
    [
      "a few seconds",
      2,
      [...R, ...TARGET, ...PAY, "--for", "9s", "--reason", "x"],
      /--for: 10 seconds at least/,
    ],
    [
      "a reason of two lines",
      1,
      [...R, ...TARGET, ...PAY, "--for", "15m", "--reason", "a\nb"],
      /--reason: .*one line of text \[ACCESS_REFUSED\]/,
    ],
    [
      "a ticket with spaces",
      1,
      [...R, ...TARGET, ...PAY, ...WHY, "--ticket", "PAY 17"],
      /--ticket: .*the id of a ticket/,
    ],
    [
      "an extension with a scope",
      2,
      [...R, "--extends", "0011223344556677", ...PAY, ...WHY],
      /--where: goes without --extends/,
    ],
    [
      "an extension of a request",
      2,
      [...R, "--extends", "req-0011223344556677", ...WHY],
      /--extends: expected the id of a grant/,
    ],
    [
      "an extension of nothing",
      1,
      [...R, "--extends", "0011223344556677", ...WHY],
      /there is no such thing, or none that you may see/,
    ],
    ["values without their time", 2, [...V, ...WHY], /one of --sealed-since TIME and --sealed-from TIME/],
    [
      "values of both times",
      2,
      [...V, ...WHY, "--sealed-since", "1h", "--sealed-from", "2027-01-15T08:00:00Z"],
      /one of --sealed-since/,
    ],
    [
      "values of no time",
      2,
      [...V, ...WHY, "--sealed-from", "2027-01-15T08:00:00Z", "--sealed-until", "2027-01-15T07:00:00Z"],
      /--sealed-until: must be after the beginning/,
    ],
    ["an id that is none", 2, ["show", "../whoami"], /ID: is no id of a request or grant/],
    [
      "a grant to approve",
      2,
      ["approve", "0011223344556677"],
      /needs to be that of a request[\s\S]*scrim access show 0011223344556677/,
    ],
    [
      "a request that isn't there",
      1,
      ["approve", "req-0011223344556677"],
      /there is no such thing[\s\S]*scrim access list/,
    ],
    [
      "to enrol without the role",
      1,
      ["enrol", ...TARGET, "--public-key", "CHECKOUT"],
      /you may not do this[\s\S]*scrim access whoami/,
    ],
    ["to enrol nothing", 2, ["enrol", ...TARGET], /one of --public-key FILE and --remove ID/],
    [
      "a person for somebody else",
      1,
      ["whoami", "--acting-for", "bob"],
      /credentials are needed that are known here/,
    ],
    ["a state that is none", 2, ["list", "--state", "open"], /it is one of: pending, approved/],
  ];
  test.each(REFUSED)("%s", async (_, code, args, says) => {
    const key = join(plane.folder, "checkout-production.pub");
    const run = await here("alice", ...args.map((arg) => (arg === "CHECKOUT" ? key : arg)));
    expect([run.code, run.stdout], run.stderr).toEqual([code, ""]);
    expect(run.stderr).toMatch(says);
  });
});

describe("credentials", () => {
  const whoami = (...args: readonly string[]) => scrimHere(["access", "whoami", "--url", plane.url, ...args]);
  const file = (name: string, text: string, mode = 0o600) => {
    const path = join(plane.folder, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };

  test("none at all", async () => {
    const { code, stderr } = await whoami();
    expect(code).toBe(2);
    expect(stderr).toMatch(/--token-file: is needed[\s\S]*SCRIM_ACCESS_TOKEN_FILE/);
  });

  test("a token that nobody knows", async () => {
    const { code, stderr } = await whoami("--token-file", file("unknown.token", `scrim_${"A".repeat(43)}\n`));
    expect(code).toBe(1);
    expect(stderr).toMatch(/credentials are needed that are known here \[ACCESS_REFUSED\]/);
    expect(stderr).not.toContain("AAAA");
  });

  test.each([
    ["others may read", "scrim_x\n", 0o644, /others than its owner may read or write it[\s\S]*chmod 600/],
    ["isn't one", "-----BEGIN CERTIFICATE-----\nsecret\n", 0o600, /holds no token \[KEY_INVALID\]/],
    ["has two lines", "scrim_secret\nscrim_secret\n", 0o600, /holds no token/],
  ])("a token file that %s", async (name, text, mode, says) => {
    const { code, stderr } = await whoami(
      "--token-file",
      file(`${name.replaceAll(/\W/g, "-")}.token`, text, mode),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/secret|CERTIFICATE/);
  });

  test.each([
    ["http://access.internal", /would send your credentials in the clear/],
    ["http://127.0.0.1.example", /would send your credentials in the clear/],
    ["https://alice:secret@access.internal", /is no address of a control plane/],
    ["file:///etc/passwd", /is no address/],
    ["127.0.0.1:4330", /is no address[\s\S]*https:\/\/access.internal/],
  ])("are not sent to %s", async (url, says) => {
    const { code, stderr } = await scrimHere([
      "access",
      "whoami",
      "--url",
      url,
      "--token-file",
      plane.at("alice.token"),
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain("secret");
  });

  test("by environment variables", async () => {
    const env = { SCRIM_ACCESS_URL: plane.url, SCRIM_ACCESS_TOKEN_FILE: plane.at("alice.token") };
    const { code, stdout, stderr } = await scrim(["access", "whoami"], "", env);
    expect([code, stdout.split("\n")[0]]).toEqual([0, "person      alice"]);
    // Hints need no options then.
    expect(stderr).toBe("access whoami: hint: what there is: scrim access services\n");
  });

  test("a new token is printed once, alone, and is known within a second", async () => {
    const tokens = plane.at("tokens");
    const made = await scrim(["access", "token", "alice", "--tokens", tokens, "--expires", "30d"]);
    expect(made.stdout).toMatch(/^scrim_[\w-]{43}\n$/);
    expect(made.stderr).not.toContain(made.stdout.trim());
    expect(statSync(tokens).mode & 0o777).toBe(0o600);
    const line = readFileSync(tokens, "utf8").trimEnd().split("\n").at(-1)!;
    const expires = Date.parse(/^alice sha256:[0-9a-f]{64} expires=(\S+)$/.exec(line)![1]!);
    expect(Math.abs(expires - Date.now() - 30 * 86_400_000)).toBeLessThan(60_000);
    const path = file("fresh.token", made.stdout);
    await expect.poll(async () => (await whoami("--token-file", path)).code, { timeout: 10_000 }).toBe(0);
  }, 30_000);

  test.each([
    ["Alice", [], 2, /a token's name has/],
    ["alice", ["--expires", "soon"], 2, /--expires: expected a duration/],
    ["alice", ["--expires", "0s"], 2, /--expires: a second at least/],
  ])("no token is made for %s %j", async (name, args, code, says) => {
    const tokens = join(plane.folder, "no-tokens");
    const run = await scrimHere(["access", "token", name, "--tokens", tokens, ...args]);
    expect([run.code, run.stdout]).toEqual([code, ""]);
    expect(run.stderr).toMatch(says);
    expect(readdirSync(plane.folder)).not.toContain("no-tokens");
  });

  test("no token is put into a file that others may read", async () => {
    const { code, stdout, stderr } = await scrimHere([
      "access",
      "token",
      "alice",
      "--tokens",
      file("open", "", 0o644),
    ]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("chmod 600");
  });
});

test("no token was in anything that was printed", () => {
  const names = readdirSync(plane.at(".")).filter((name) => name.endsWith(".token"));
  const tokens = names.map((name) => readFileSync(plane.at(name), "utf8").trim());
  expect(tokens.length).toBeGreaterThanOrEqual(4);
  expect(printed.length).toBeGreaterThan(50);
  for (const token of tokens) expect(printed.join("")).not.toContain(token.slice(6));
});
