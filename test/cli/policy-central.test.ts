import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differenceLine } from "../../packages/cli/src/policy/difference-line.ts";
import { type ServedPlane, servePlane } from "./control-plane.ts";
import { type Run, scrimHere } from "./scrim.ts";

/* Central policies by the command: proposed by one person, approved by another, put on processes. */

const PEOPLE = [
  "dora:admin",
  "eva:policy_approver",
  "max:admin,policy_approver",
  "vic:viewer",
  "nick:auditor",
];
const TARGET = ["--service", "pay", "--environment", "*"];
const WHY = ["--reason", "orders hold notes"];
const STRICT = "version: 1\nunknown: drop\nrules: [{ attribute: order.note, action: drop }]\n";
const LOOSE = "version: 1\nunknown: drop\nrules: [{ attribute: order.note, action: keep }]\n";

let plane: ServedPlane;
beforeAll(async () => {
  plane = await servePlane(
    [...PEOPLE.flatMap((each) => ["--person", each]), "--workload", "pay@production"],
    async (at) => {
      expect((await scrimHere(["grant", "keygen", "policy", "--out", at("policy")])).code).toBe(0);
      const config = readFileSync(at("access.yaml"), "utf8");
      const withKey = config.replace("keys: {", "keys: { policy_file: policy.key,");
      expect(withKey).not.toBe(config);
      writeFileSync(at("access.yaml"), withKey);
    },
  );
}, 60_000);
afterAll(() => plane.close());

function file(name: string, text: string | Buffer): string {
  const path = join(plane.folder, name);
  writeFileSync(path, text);
  return path;
}

/** `scrim policy …` as somebody. */
const policy = (person: string, ...args: readonly string[]): Promise<Run> =>
  scrimHere(["policy", ...args, ...plane.as(person)]);

async function ok(person: string, ...args: readonly string[]): Promise<Run> {
  const run = await policy(person, ...args);
  expect(run.code, run.stderr).toBe(0);
  return run;
}

async function refused(person: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await policy(person, ...args);
  expect([code, stdout], stderr).toEqual([1, ""]);
  return lasting(stderr);
}

const idIn = (text: string) => /pol-[0-9a-f]{16}/.exec(text)![0];

async function proposed(text: string, target: readonly string[] = TARGET): Promise<string> {
  return idIn((await ok("dora", "propose", file("pay.yaml", text), ...target, ...WHY)).stdout);
}

/** What differs from run to run: ids, times, address and folder. */
const lasting = (text: string) =>
  text
    .replaceAll(plane.url, "URL")
    .replaceAll(plane.folder, "FOLDER")
    .replace(/pol-[0-9a-f]{16}/g, "pol-ID______________")
    .replace(/\b[0-9a-f]{64}\b/g, "DIGEST")
    .replace(/\d{4}-\d\d-\d\dT[\d:]{8}Z/g, "TIME")
    .replace(/\bnow\b|\b\d+[sm] ago/g, "now")
    .replace(/ +$/gm, "");

/** What a process says of the policy that it runs, and of what it has refused. */
async function acknowledge(instance: string, said: object): Promise<void> {
  const { status } = await fetch(`${plane.url}/v1/policy-acknowledgements`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${readFileSync(plane.at("pay-production.token"), "utf8").trim()}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ service: "pay", environment: "production", instance, ...said }),
  });
  expect(status).toBe(200);
}

const DIGEST = createHash("sha256").update("").digest("hex");

describe("from a proposal to every process", () => {
  let first: string;
  let second: string;

  test("who proposes sees what changes, and who comes next", async () => {
    const { stdout, stderr } = await ok("dora", "propose", file("pay.yaml", STRICT), ...TARGET, ...WHY);
    first = idIn(stdout);
    expect(lasting(stdout)).toMatchInlineSnapshot(`
      "policy pol-ID______________: revision 1 for pay in *, compared with no central policy
      weaker: the local policies of processes give way, and are not known here
      other: name: "default" → nothing
      stronger: unknown: {"kind":"scan"} → {"kind":"drop"}
      stronger: rules[0]: nothing → {"attribute":"order.note","action":"drop"}
      4 differences; it lets more leave, or may
      "
    `);
    expect(lasting(stderr)).toMatchInlineSnapshot(`
      "policy propose: hint: an approver says: scrim policy approve pol-ID______________ --url URL
      "
    `);
  });

  test("who proposed it doesn't approve it, whatever their roles", async () => {
    const own = await ok(
      "max",
      "propose",
      file("own.yaml", STRICT),
      "--service",
      "own",
      "--environment",
      "*",
      ...WHY,
    );
    expect(await refused("max", "approve", idIn(own.stdout))).toMatchInlineSnapshot(`
      "policy approve: error: nobody decides on what they, or who acts for them, have asked for [ACCESS_REFUSED]
      policy approve: hint: somebody else with the role policy_approver decides on it; who is behind it: scrim policy show pol-ID______________ --url URL --token-file FOLDER/access/max.token
      "
    `);
    expect((await ok("eva", "deny", idIn(own.stdout), "--comment", "not now")).stdout).toMatch(
      /is rejected\n$/,
    );
    expect(await refused("vic", "approve", first)).toMatch(/you may not do this \[ACCESS_REFUSED\]/);
  });

  test("who decides sees all of it, and its documents as they are", async () => {
    const { stdout, stderr } = await ok("eva", "show", first);
    expect(lasting(stdout)).toMatchInlineSnapshot(`
      "policy      pol-ID______________, revision 1
      state       proposed now (TIME)
      services    pay
      in          *
      proposed by dora
      reason      orders hold notes
      documents   pay.yaml, 3 lines
      digest      DIGEST
      replaces    no policy: processes have their local ones
      changes     weaker: the local policies of processes give way, and are not known here
                  other: name: "default" → nothing
                  stronger: unknown: {"kind":"scan"} → {"kind":"drop"}
                  stronger: rules[0]: nothing → {"attribute":"order.note","action":"drop"}
                  4 differences; it lets more leave, or may
      decisions   none
      "
    `);
    expect(lasting(stderr)).toMatchInlineSnapshot(`
      "policy show: hint: its documents: scrim policy show pol-ID______________ --json --url URL --token-file FOLDER/access/eva.token | jq -r '.documents[].text'
      policy show: hint: decide: scrim policy approve pol-ID______________ --url URL --token-file FOLDER/access/eva.token
      policy show: hint: or: scrim policy deny pol-ID______________ --comment WHY --url URL --token-file FOLDER/access/eva.token
      "
    `);
    const { documents } = JSON.parse((await ok("eva", "show", first, "--json")).stdout);
    expect(documents).toEqual([{ name: "pay.yaml", text: STRICT }]);
  });

  test("approved, it is put on all processes", async () => {
    const approved = await ok("eva", "approve", first, "--comment", "notes are not needed");
    expect(lasting(approved.stdout + approved.stderr)).toMatchInlineSnapshot(`
      "policy pol-ID______________ is approved
      policy approve: hint: whoever proposes policies says: put it on some processes first: scrim policy stage pol-ID______________ --share 10 --url URL
      "
    `);
    const staged = await ok("dora", "stage", first, "--share", "100");
    expect(lasting(staged.stdout + staged.stderr)).toMatchInlineSnapshot(`
      "policy pol-ID______________ is current
      policy stage: hint: who runs it: scrim policy status pol-ID______________ --url URL --token-file FOLDER/access/dora.token
      "
    `);
  });

  test("the next one is compared with it, what weakens first, and goes to a share", async () => {
    const loosened = LOOSE.replace("rules: [", "rules: [{ attribute: order.id, action: drop }, ");
    const { stdout } = await ok("dora", "propose", file("pay.yaml", loosened), ...TARGET, ...WHY);
    second = idIn(stdout);
    expect(lasting(stdout)).toMatchInlineSnapshot(`
      "policy pol-ID______________: revision 3 for pay in *, compared with pol-ID______________
      weaker: rules[1]: {"attribute":"order.note","action":"drop"} → {"attribute":"order.note","action":"keep"}
      stronger: rules[0]: nothing → {"attribute":"order.id","action":"drop"}
      2 differences; it lets more leave, or may
      "
    `);
    await ok("eva", "approve", second);
    const staged = await ok("dora", "stage", second, "--share", "10");
    expect(lasting(staged.stdout + staged.stderr)).toMatchInlineSnapshot(`
      "policy pol-ID______________ is to run on 10% of the processes
      policy stage: hint: who runs it: scrim policy status pol-ID______________ --url URL --token-file FOLDER/access/dora.token
      policy stage: hint: on all of them: scrim policy stage pol-ID______________ --share 100 --url URL --token-file FOLDER/access/dora.token
      policy stage: hint: take it back: scrim policy stage pol-ID______________ --share 0 --url URL --token-file FOLDER/access/dora.token
      "
    `);
    expect(lasting((await ok("eva", "show", second)).stdout)).toContain("staged on 10% of the processes now");
  });

  test("lists are tables, oldest first, or documents", async () => {
    expect(lasting((await ok("vic", "list")).stdout)).toMatchInlineSnapshot(`
      "POLICY                STATE       REV  WHO   FOR       CHANGES    SINCE
      pol-ID______________  current     1    dora  pay in *  4, weaker  now
      pol-ID______________  rejected    2    max   own in *  4, weaker  now
      pol-ID______________  staged 10%  3    dora  pay in *  2, weaker  now
      "
    `);
    const staged = await ok("vic", "list", "--state", "staged", "--json");
    expect(
      staged.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).id),
    ).toEqual([second]);
    expect((await ok("vic", "list", "--state", "superseded")).stdout).toBe("no policies\n");
  });

  test("status says who runs it, and how many refused it and why", async () => {
    expect((await ok("dora", "status", second)).stdout).toMatch(/^no process has said anything/);
    const running = { id: first, revision: 1, digest: DIGEST };
    await acknowledge("pod-1", { running: { id: second, revision: 3, digest: DIGEST } });
    await acknowledge("pod-2", {
      running,
      refused: { id: second, revision: 3, reason: "POLICY_KEY_MISSING" },
    });
    await acknowledge("pod-3", {
      running,
      refused: { id: second, revision: 3, reason: "POLICY_KEY_MISSING" },
    });
    await acknowledge("pod-4", { refused: { reason: "BUNDLE_REFUSED" } });
    const { stdout, stderr } = await ok("dora", "status", second);
    expect(lasting(stdout)).toMatchInlineSnapshot(`
      "PROCESS  SERVICE  ENVIRONMENT  RUNS          REFUSED                       SAID
      pod-1    pay      production   this one                                    now
      pod-2    pay      production   revision 1    this one: POLICY_KEY_MISSING  now
      pod-3    pay      production   revision 1    this one: POLICY_KEY_MISSING  now
      pod-4    pay      production   local policy  what came: BUNDLE_REFUSED     now
      pol-ID______________ is to run on 10% of the processes: 1 of 4 run it, 2 another, 1 the local policy alone
      2 processes refused this one: POLICY_KEY_MISSING
      1 process refused what came: BUNDLE_REFUSED
      "
    `);
    expect(lasting(stderr)).toMatchInlineSnapshot(`
      "policy status: hint: take it back: scrim policy stage pol-ID______________ --share 0 --url URL --token-file FOLDER/access/dora.token
      "
    `);
    await acknowledge("pod-2", { running: { id: second, revision: 3, digest: DIGEST } });
    await acknowledge("pod-3", { running });
    expect((await ok("dora", "status", second)).stderr).toContain("hint: on all of them");
    const lines = (await ok("dora", "status", second, "--json")).stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).instance).toSorted()).toEqual([
      "pod-1",
      "pod-2",
      "pod-3",
      "pod-4",
    ]);
  });

  test("the end of a central policy is a proposal, and for all or none", async () => {
    await ok("dora", "stage", second, "--share", "0");
    const { stdout } = await ok("dora", "propose", "--end", ...TARGET, ...WHY);
    const end = idIn(stdout);
    expect(lasting(stdout)).toMatchInlineSnapshot(`
      "policy pol-ID______________: revision 4 for pay in *, compared with pol-ID______________
      weaker: central_policy: DIGEST → nothing
      1 difference; it lets more leave, or may
      "
    `);
    expect(lasting((await ok("eva", "approve", end)).stderr)).toContain(
      `policy stage pol-ID______________ --share 100`,
    );
    expect(await refused("dora", "stage", end, "--share", "50")).toMatchInlineSnapshot(`
      "policy stage: error: only an approved policy can be staged, one at a time; the end of one, for all processes at once [ACCESS_REFUSED]
      policy stage: hint: what it is, and whether another is being staged: scrim policy show pol-ID______________ --url URL --token-file FOLDER/access/dora.token; scrim policy list --state staged --url URL --token-file FOLDER/access/dora.token
      "
    `);
    expect((await ok("dora", "stage", end, "--share", "100")).stdout).toContain(
      "processes have their local policies",
    );
    expect(await refused("eva", "deny", second)).toContain(
      "it has been decided, or has ended [ACCESS_REFUSED]",
    );
  });
});

describe("a proposal is refused", () => {
  const other = ["--service", "other", "--environment", "*"];
  const propose = (...files: readonly string[]) => ["propose", ...files, ...other, ...WHY];

  test.each([
    ["an unknown key", "version: 1\nunknwon: drop\n", /bad\.yaml:2[\s\S]*\[POLICY_INVALID\]/],
    ["no YAML", "version: [", /bad\.yaml[\s\S]*\[CONFIG_UNREADABLE\]/],
    [
      "keys of its own",
      "version: 1\nkeys: { pseudonym: { env: KEY, version: 1 } }\n",
      /bad\.yaml:2[\s\S]*keys/,
    ],
    [
      "bytes that are no UTF-8",
      Buffer.from([0xff, 0xfe, 0x41]),
      /bad\.yaml: can't read the policy \(it is not UTF-8\)/,
    ],
  ])("that has %s, with the file and the line", async (_, text, says) => {
    const before = (await ok("dora", "list", "--json")).stdout;
    expect(await refused("dora", ...propose(file("bad.yaml", text)))).toMatch(says);
    expect((await ok("dora", "list", "--json")).stdout).toBe(before);
  });

  test("by the control plane, with the file that it means", async () => {
    const detector = "version: 1\ndetectors: { custom: [{ id: a, pattern: '(a)\\1', atoms: [aaa] }] }\n";
    const files = [file("good.yaml", STRICT), file("bad.yaml", detector)];
    expect(await refused("dora", ...propose(...files))).toMatchInlineSnapshot(`
      "policy propose: error: FOLDER/bad.yaml: the policy can't be used: scrim policy check says why: DETECTOR_INVALID in line 2 [ACCESS_REFUSED]
      policy propose: hint: what is wrong with it: scrim policy check FOLDER/good.yaml FOLDER/bad.yaml
      "
    `);
  });

  test("for services of another policy", async () => {
    const id = await proposed(STRICT, ["--service", "oth*", "--environment", "*"]);
    await ok("eva", "approve", id);
    await ok("dora", "stage", id, "--share", "100");
    expect(await refused("dora", ...propose(file("other.yaml", STRICT)))).toMatchInlineSnapshot(`
      "policy propose: error: another central policy is for some of these services [ACCESS_REFUSED]
      policy propose: hint: for whom they are: scrim policy list --state current --url URL --token-file FOLDER/access/dora.token; scrim policy list --state staged --url URL --token-file FOLDER/access/dora.token
      "
    `);
  });

  test("by who may not propose", async () => {
    expect(await refused("eva", ...propose(file("other.yaml", STRICT)))).toMatch(
      /you may not do this[\s\S]*whoami/,
    );
  });

  test("that ends what isn't there", async () => {
    const nowhere = ["--service", "nowhere", "--environment", "*"];
    expect(await refused("dora", "propose", "--end", ...nowhere, ...WHY)).toMatch(
      /there is none to end for just these; which there are: scrim policy list --state current --url URL/,
    );
  });
});

test.each([
  ["propose without files", ["propose", ...TARGET, ...WHY], /expected FILE\.\.\.[\s\S]*or --end/],
  [
    "propose files and the end",
    ["propose", "a.yaml", "--end", ...TARGET, ...WHY],
    /--end: goes without files/,
  ],
  ["propose for nobody", ["propose", "a.yaml", ...WHY], /--service NAME is required/],
  ["propose without a reason", ["propose", "a.yaml", ...TARGET], /--reason TEXT is required/],
  [
    "show the id of a request",
    ["show", "req-0011223344556677"],
    /POLICY: is no id of a policy[\s\S]*scrim policy list --url/,
  ],
  ["approve a path", ["approve", "pol-0011223344556677/../x"], /is no id of a policy/],
  ["stage on no share", ["stage", "pol-0011223344556677"], /--share PERCENT is required/],
  [
    "stage on more than all",
    ["stage", "pol-0011223344556677", "--share", "101"],
    /--share: expected percent/,
  ],
  ["stage on less than none", ["stage", "pol-0011223344556677", "--share=-1"], /--share: expected percent/],
  [
    "stage on a part of a percent",
    ["stage", "pol-0011223344556677", "--share", "0.5"],
    /--share: expected percent/,
  ],
  ["list what no policy is", ["list", "--state", "pending"], /not a value of --state[\s\S]*proposed/],
])("nobody can %s", async (_, args, says) => {
  const { code, stdout, stderr } = await policy("dora", ...args);
  expect([code, stdout], stderr).toEqual([2, ""]);
  expect(stderr).toMatch(says);
});

test("a name that processes can't have is refused, whatever its folder is called", async () => {
  const odd = file("pay policy.yaml", STRICT);
  const { code, stderr } = await policy("dora", "propose", odd, ...TARGET, ...WHY);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/can't be the name of a policy document/)]);
});

test("texts of others move no cursor", () => {
  const change = { path: "rules[0]", change: "weaker", before: "\u001b[2J", after: "\u202e" };
  expect(differenceLine(change)).toBe("weaker: rules[0]: \\u001b[2J → \\u202e");
});

test("what isn't there, or isn't for somebody's eyes, is the same to them", async () => {
  const id = await proposed(STRICT, ["--service", "hidden", "--environment", "*"]);
  expect(await refused("nick", "show", id)).toBe(await refused("nick", "show", "pol-0011223344556677"));
});
