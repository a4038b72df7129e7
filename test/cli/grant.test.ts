import { createPublicKey } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mintToken, openKeySet, readPrivateKey, readPublicKey } from "@scrim/grants";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Run, scrim, scrimHere } from "./scrim.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-grant-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const store = () => at("grants.json");
const stored = () => JSON.parse(readFileSync(store(), "utf8"));

async function ok(...args: string[]): Promise<Run> {
  return succeeded(await scrimHere(["grant", ...args]));
}

function succeeded(run: Run): Run {
  expect([run.code, run.stderr.includes("error")]).toEqual([0, false]);
  return run;
}

async function refused(...args: string[]): Promise<Run> {
  const run = await scrimHere(["grant", ...args]);
  expect(run.code).toBeGreaterThan(0);
  expect(run.stdout).toBe("");
  expect(run.stderr).toMatch(/^grant \w+: error: .*\n(?:grant \w+: hint: .*\n)?$/);
  return run;
}

/** Makes a key and enrols it. */
async function enrol(service = "checkout", environment = "production"): Promise<void> {
  await ok("keygen", "service", "--out", at(`${service}-${environment}`));
  const key = at(`${service}-${environment}.pub`);
  await ok("enrol", "--service", service, "--environment", environment, "--key", key, "--store", store());
}

const terms = () => ["--for", "15m", "--reason", "ticket 4711", "--store", store()];

const create = (...args: string[]) => ok("create", "--service", "checkout*", ...terms(), ...args);

describe("keygen", () => {
  test("a pair is written, the secret half for its owner alone, and only the id is told", async () => {
    const { stdout } = await ok("keygen", "signing", "--out", at("signing"));
    expect(stdout).toMatch(/^signing key [0-9a-f]{16}: .*signing\.key \(secret\), .*signing\.pub\n$/);
    expect(statSync(at("signing.key")).mode & 0o777).toBe(0o600);
    const pem = readFileSync(at("signing.key"), "utf8");
    expect(stdout).toContain(readPrivateKey("signing", pem, "signing.key").id);
    expect(stdout).not.toContain(pem.split("\n")[1]!);
  });

  test.each([["signing.key"], ["signing.pub"]])("%s that is there stays as it is", async (name) => {
    writeFileSync(at(name), "mine");
    const { stderr } = await refused("keygen", "signing", "--out", at("signing"));
    expect(stderr).toContain("there already");
    expect(readFileSync(at(name), "utf8")).toBe("mine");
    expect(existsSync(at("signing.key"))).toBe(name === "signing.key"); // no half of a pair is left
  });

  test("there are four kinds of keys", async () => {
    const { code, stderr } = await refused("keygen", "rsa");
    expect(code).toBe(2);
    expect(stderr).toContain("signing, policy, service, root");
  });
});

describe("sign-keys", () => {
  const kinds = ["root", "signing", "policy", "service"] as const;
  beforeEach(async () => {
    for (const kind of kinds) await ok("keygen", kind, "--out", at(kind));
    await ok("keygen", "signing", "--out", at("next"));
  });
  const publicKey = (name: string) =>
    readPublicKey("signing", readFileSync(at(`${name}.pub`), "utf8"), `${name}.pub`);
  const options = (changes: Record<string, string | undefined> = {}) =>
    Object.entries({
      root: at("root.key"),
      signing: at("signing.pub"),
      version: "2",
      for: "90d",
      out: at("keys.set"),
      ...changes,
    }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));

  test("a set has the keys that are named, for what they are, and is told of", async () => {
    const { stdout } = await ok(
      "sign-keys",
      ...options(),
      ...["--signing", at("next.pub"), "--policy", at("policy.pub")],
    );
    const { id, key } = readPrivateKey("root", readFileSync(at("root.key"), "utf8"), "root.key");
    const set = openKeySet(readFileSync(at("keys.set")), [{ id, key: createPublicKey(key) }]);
    expect([set.version, set.expiresAt - set.issuedAt]).toEqual([2, 90 * 86_400]);
    const found = set.keys.map((each) => `${each.key.id} ${each.uses.join(", ")}`);
    expect(found).toEqual([
      `${publicKey("signing").id} grants, reveals`,
      `${publicKey("next").id} grants, reveals`,
      `${publicKey("policy").id} policies`,
    ]);
    expect(stdout).toMatch(/^set 2 of 3 keys, until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: .*keys\.set\n/);
    expect(stdout).toContain(`${found.join("\n")}\n`);
    expect(statSync(at("keys.set")).mode & 0o777).toBe(0o644);
  });

  test.each<[string, Record<string, string | undefined>, RegExp, (readonly string[])?]>([
    ["no key", { signing: undefined }, /--signing: a set has a key at least/],
    ["a key twice", {}, /--signing: a key is there twice/, ["policy", "signing.pub"]],
    ["the root itself", { signing: "root.pub" }, /a root key is among its keys/],
    ["a service's key", { signing: "service.pub" }, /no public ed25519 key/],
    ["a private key", { signing: "signing.key" }, /no public ed25519 key/],
    ["a key that isn't there", { signing: "absent.pub" }, /absent\.pub: can't be read \(ENOENT\)/],
    ["a root that isn't there", { root: "absent.key" }, /absent\.key: no such file.*\n.*keygen root/],
    ["the root's public half", { root: "root-copy" }, /no private ed25519 key/],
    ["a root that others may read", { root: "root.pub" }, /others than its owner/],
    ["a version below 1", { version: "0" }, /--version: expected a number, 1 or more/],
    ["a version that is none", { version: "two" }, /--version: expected/],
    ["too long a life", { for: "401d" }, /--for: expected days, 400d at most/],
    ["another unit", { for: "90h" }, /--for: expected days/],
    ["no life", { for: "0d" }, /--for: expected days/],
  ])("%s is refused, and nothing is written", async (_, changes, reason, more = []) => {
    writeFileSync(at("root-copy"), readFileSync(at("root.pub")), { mode: 0o600 });
    const files = new Set(["signing", "root"]);
    const given = Object.entries(changes).map(([name, value]) => [
      name,
      value !== undefined && files.has(name) ? at(value) : value,
    ]);
    const also = more.length === 0 ? [] : [`--${more[0]}`, at(more[1]!)];
    const run = await scrimHere(["grant", "sign-keys", ...options(Object.fromEntries(given)), ...also]);
    expect(run.code).toBeGreaterThan(0);
    expect(run.stderr).toMatch(reason);
    expect(existsSync(at("keys.set"))).toBe(false);
  });

  test("a set that is there stays as it is", async () => {
    writeFileSync(at("keys.set"), "mine");
    const run = await scrimHere(["grant", "sign-keys", ...options()]);
    expect(run.stderr).toContain("there already");
    expect(run.stderr).toContain("hint: give another name: --out FILE");
    expect(readFileSync(at("keys.set"), "utf8")).toBe("mine");
  });
});

describe("enrol", () => {
  const named = () => ["enrol", "--service", "checkout", "--environment", "production", "--store", store()];

  test("to rotate, two keys hold at once, and the old one goes by its id", async () => {
    await enrol();
    const [{ id: old }] = stored().services[0].keys;
    await ok("keygen", "service", "--out", at("new"));
    const { stdout } = await ok(...named(), "--key", at("new.pub"));
    expect(stdout).toMatch(
      new RegExp(`^checkout in production is enrolled with 2 keys: ${old}, [0-9a-f]{16}\n$`),
    );
    await ok(...named(), "--key", at("new.pub")); // again: the same
    await ok(...named(), "--remove", old);
    expect(stored().services[0].keys).toHaveLength(1);
    const last = stored().services[0].keys[0].id;
    expect((await ok(...named(), "--remove", last)).stdout).toBe(
      "checkout in production is not enrolled any more\n",
    );
    expect(stored().services).toEqual([]);
  });

  test("a private key is refused, and does not reach the store", async () => {
    await ok("keygen", "service", "--out", at("checkout"));
    const { stderr } = await refused(...named(), "--key", at("checkout.key"));
    expect(stderr).toContain("[KEY_INVALID]");
    expect(existsSync(store())).toBe(false);
  });

  test.each([
    ["a signing key", ["--key", "signing.pub"], /KEY_INVALID/],
    ["no such file", ["--key", "absent.pub"], /ENOENT.*CONFIG_UNREADABLE/],
    ["a key that is not enrolled", ["--remove", "0123456789abcdef"], /no key of this id/],
    ["nothing", [], /one of --key FILE and --remove ID is required/],
  ])("%s is refused", async (_, args, stderr) => {
    await ok("keygen", "signing", "--out", at("signing"));
    const paths = args.map((arg) => (arg.endsWith(".pub") ? at(arg) : arg));
    expect((await refused(...named(), ...paths)).stderr).toMatch(stderr);
  });

  test("a name with a star or a line's end is refused", async () => {
    for (const name of ["checkout*", "check\nout", "\u001b[2J"]) {
      const args = ["--service", name, "--environment", "e", "--key", "x", "--store", store()];
      expect((await refused("enrol", ...args)).stderr).toContain("--service: no control characters");
    }
  });
});

describe("create", () => {
  test("traces by their ids", async () => {
    await enrol();
    const { stdout, stderr } = await create("--trace", TRACE_ID.toUpperCase(), "--trace", TRACE_ID);
    expect(stdout).toMatch(
      /^grant [0-9a-f]{16}: debug of 1 trace, until \d{4}-\d\d-\d\dT[\d:]{8}Z \(15m\)\nfor checkout in production; /,
    );
    expect(stderr).toBe("");
    const [{ grant, audiences, reason, key }] = stored().grants;
    expect(grant).toMatchObject({ selector: { trace_ids: [TRACE_ID] }, level: "debug", records_per_s: 200 });
    expect(grant.expires_at - grant.not_before).toBe(900);
    expect([audiences, reason]).toEqual([
      [{ service: "checkout", environment: "production" }],
      "ticket 4711",
    ]);
    expect(Buffer.from(key, "base64url")).toHaveLength(32);
    expect(stdout).not.toContain(key);
    expect(statSync(store()).mode & 0o777).toBe(0o600);
  });

  test("the next traces of a predicate, with all terms", async () => {
    await enrol();
    const { stdout, stderr } = await create(
      ...["--where", "network.peer.address == '10.0.0.7'", "--traces", "5", "--level", "trace"],
      ...["--records-per-s", "50", "--bytes-max", "1MiB", "--lookback", "30s"],
    );
    expect(stdout).toContain(": trace of the next 5 traces of the predicate, until ");
    expect(stderr).toBe("");
    expect(stored().grants[0].grant).toMatchObject({
      selector: { where: "network.peer.address == '10.0.0.7'" },
      ...{ traces_max: 5, level: "trace", records_per_s: 50, bytes_max: 1_048_576, lookback_s: 30 },
    });
  });

  test("traces with an error, at a rate, as far back as flight recorders hold", async () => {
    await enrol();
    const { stdout, stderr } = await create("--on-error", "--traces-per-min", "5");
    expect(stdout).toContain(": debug of 5 traces with an error a minute in each process, 30s back, until ");
    expect(stderr).toBe("");
    const where = "http.route == '/pay'";
    await create("--on-error", "--traces-per-min", "1", "--lookback", "1m", "--where", where);
    expect(stored().grants.map(({ grant }: { grant: object }) => grant)).toMatchObject([
      { selector: { on_error: { traces_per_min: 5 } }, lookback_s: 30 },
      { selector: { on_error: { traces_per_min: 1, where } }, lookback_s: 60 },
    ]);
    const rows = (await ok("list", "--store", store())).stdout.split("\n").map((line) => line.split(/ {2,}/));
    expect(rows.slice(1, 3).map((cells) => [cells[3], cells[6]])).toEqual([
      ["5 a minute", "errors"],
      ["1 a minute", `errors: ${where}`],
    ]);
  });

  test("keys that are known too late are warned of, and those that callers write are named", async () => {
    await enrol();
    const where = "url.path.startsWith('/pay') && tenant.id == '42'";
    const { stderr } = await create("--where", where, "--traces", "5");
    expect(stderr).toContain("grant create: warning: tenant.id is not known when a root span begins");
    expect(stderr).toContain("approve(context, attributes)");
    expect(stderr).toContain("grant create: note: callers write url.path: ");
  });

  test.each<[string, string[], RegExp]>([
    ["no selector", [], /one of --trace ID, --where CEL and --on-error is required/],
    ["both selectors", ["--trace", TRACE_ID, "--where", "a == 'b'"], /--where: goes without --trace/],
    ["a predicate without a count", ["--where", "a == 'b'"], /--where: needs --traces N/],
    ["a count of named traces", ["--trace", TRACE_ID, "--traces", "5"], /--traces: goes with --where/],
    ["a count of none", ["--where", "a == 'b'", "--traces", "0"], /--traces: expected a number, 1 or more/],
    ["a count past the bound", ["--where", "a == 'b'", "--traces", "1000001"], /--traces: /],
    ["errors without a rate", ["--on-error"], /--on-error: needs --traces-per-min N/],
    ["a rate of none", ["--on-error", "--traces-per-min", "0"], /--traces-per-min: expected a number/],
    ["a rate past the bound", ["--on-error", "--traces-per-min", "601"], /--traces-per-min: .*600/],
    ["a rate of traces", ["--trace", TRACE_ID, "--traces-per-min", "5"], /--traces-per-min: goes with/],
    [
      "errors and traces",
      ["--on-error", "--trace", TRACE_ID, "--traces-per-min", "5"],
      /--on-error: goes without --trace/,
    ],
    [
      "errors with a count",
      ["--on-error", "--traces", "5", "--traces-per-min", "5"],
      /--traces: goes without --on-error/,
    ],
    [
      "errors without a look back",
      ["--on-error", "--traces-per-min", "5", "--lookback", "0s"],
      /--lookback: a grant for errors needs it/,
    ],
    [
      "errors with a predicate that backtracks",
      ["--on-error", "--traces-per-min", "5", "--where", "a.matches('x')"],
      /matches\(\) is not allowed/,
    ],
    ["a trace id that is short", ["--trace", TRACE_ID.slice(1)], /--trace: a trace id has 32/],
    ["the trace id that is none", ["--trace", "0".repeat(32)], /--trace: a trace id has 32/],
    [
      "a predicate that is no CEL",
      ["--where", "hunter2 ==", "--traces", "5"],
      /no CEL expression.*PREDICATE_INVALID/,
    ],
    ["one that backtracks", ["--where", "a.matches('x')", "--traces", "5"], /matches\(\) is not allowed/],
    ["one that is too long", ["--where", "a".repeat(2_000), "--traces", "5"], /more than 1024 characters/],
    ["no life", ["--trace", TRACE_ID, "--for", "0s"], /--for: a grant holds for a second at least/],
    [
      "a life past the bound",
      ["--trace", TRACE_ID, "--for", "25h"],
      /--for: expected a duration from 0s to 24h/,
    ],
    ["a life that is no time", ["--trace", TRACE_ID, "--for", "hunter2"], /--for: expected a duration \[/],
    [
      "a look back past the bound",
      ["--trace", TRACE_ID, "--lookback", "6m"],
      /--lookback: expected a duration/,
    ],
    ["no bytes", ["--trace", TRACE_ID, "--bytes-max", "0"], /--bytes-max: expected a size/],
    ["records that are no number", ["--trace", TRACE_ID, "--records-per-s", "1.5"], /--records-per-s: /],
    ["an unknown level", ["--trace", TRACE_ID, "--level", "error"], /--level: not a value of --level/],
    ["a reason of two lines", ["--trace", TRACE_ID, "--reason", "a\nb"], /--reason: one line of text/],
    ["a service of nobody", ["--trace", TRACE_ID, "--service", "stock"], /--service: no enrolled service/],
  ])("%s is refused, and nothing is stored or repeated", async (_, args, stderr) => {
    await enrol("checkout");
    const service = args.includes("--service") ? [] : ["--service", "checkout"];
    const run = await refused("create", ...terms(), ...service, ...args); // the last of an option counts
    expect(run.stderr).toMatch(stderr);
    expect(run.stderr).not.toContain("hunter2");
    expect(stored().grants).toEqual([]);
  });

  test("who means one environment must say so where there are two", async () => {
    await enrol("checkout", "production");
    await enrol("checkout", "staging");
    const args = ["create", "--trace", TRACE_ID, "--service", "checkout", ...terms()];
    const { stderr } = await refused(...args);
    expect(stderr).toContain("--environment: the services are in several environments");
    expect(stderr).toContain("enrolled: checkout in production, checkout in staging");
    await ok(...args, "--environment", "staging");
    expect(stored().grants[0].audiences).toEqual([{ service: "checkout", environment: "staging" }]);
  });

  test("of many processes at once each stores its grant", async () => {
    await enrol();
    const args = ["grant", "create", "--trace", TRACE_ID, "--service", "checkout", ...terms()];
    const runs = await Promise.all(Array.from({ length: 8 }, () => scrim(args)));
    for (const run of runs) succeeded(run);
    expect(new Set(runs.map(({ stdout }) => stdout.slice(6, 22))).size).toBe(8);
    expect(stored().grants).toHaveLength(8);
    expect(existsSync(`${store()}.lock`)).toBe(false);
  });
});

describe("list and revoke", () => {
  test("what holds, for whom, until when, and why; after a revocation that it is revoked", async () => {
    expect((await ok("list", "--store", store())).stdout).toBe("no grants\n");
    await enrol();
    await create("--trace", TRACE_ID, "--trace", TRACE_ID.replace("0a", "0b"));
    await create("--where", "url.path == '/pay'", "--traces", "5");
    const { stdout } = await ok("list", "--store", store());
    const [head, byId, byPredicate] = stdout.split("\n").map((line) => line.split(/ {2,}/));
    expect(head).toEqual(["ID", "STATE", "LEVEL", "TRACES", "UNTIL", "FOR", "WHICH", "REASON"]);
    expect(byId).toMatchObject([
      ...[/^[0-9a-f]{16}$/, /^active$/, /^debug$/, /^2$/, /Z$/, /^checkout\/production$/].map((like) =>
        expect.stringMatching(like),
      ),
      `${TRACE_ID} and 1 more`,
      "ticket 4711",
    ]);
    expect(byPredicate?.slice(3, 4)).toEqual(["0 of 5"]);
    const id = byId![0]!;
    expect((await ok("revoke", id, "--store", store())).stdout).toBe(`grant ${id} is revoked\n`);
    expect((await ok("revoke", id, "--store", store())).stdout).toMatch(/was revoked at .* already\n$/);
    const rows = (await ok("list", "--json", "--store", store())).stdout.trimEnd().split("\n");
    expect(rows.map((row) => JSON.parse(row).state)).toEqual(["revoked", "active"]);
    expect(rows.join()).not.toContain(stored().grants[0].key);
  });

  test("a grant of nobody can't be revoked", async () => {
    expect((await refused("revoke", "ffffffffffffffff", "--store", store())).stderr).toContain(
      "scrim grant list",
    );
  });

  test("a store that is none is refused, and nothing of it told", async () => {
    writeFileSync(store(), '{"hunter2":', { mode: 0o600 });
    const { stderr } = await refused("list", "--store", store());
    expect(stderr).toContain("[STORE_UNUSABLE]");
    expect(stderr).not.toContain("hunter2");
  });
});

describe("decode", () => {
  const token = (expiresAt: number) =>
    mintToken(Buffer.alloc(32, 7), { grant: "00112233aabbccdd", expiresAt, severity: 5 }, TRACE_ID);

  test("the claims of a token, and that they prove nothing", async () => {
    const { stdout } = await ok("decode", token(1_800_000_000));
    expect(stdout).toMatch(
      /^grant {5}00112233aabbccdd\nexpires {3}2027-01-15T08:00:00Z, in .*\nseverity {2}5 and above \(debug\)\n/,
    );
    expect(stdout).toContain("These are claims.");
    const json = JSON.parse((await ok("decode", "--json", token(1_700_000_000))).stdout);
    expect(json).toMatchObject({ expires_at: "2023-11-14T22:13:20Z", severity: 5, is_verified: false });
    expect((await ok("decode", token(1_700_000_000))).stdout).toContain(
      "2023-11-14T22:13:20Z, which is over\n",
    );
  });

  test.each([["short"], [""], ["A".repeat(40)], ["AQ".repeat(30)], ["jane@shop.example"]])(
    "%j is no token: exit code 1, and it is not repeated",
    async (text) => {
      const run = await refused("decode", text);
      expect(run.code).toBe(1);
      if (text !== "") expect(run.stderr).not.toContain(text);
    },
  );
});

describe("serve", () => {
  test.each<[string, string[], RegExp]>([
    ["no key", ["--key", "absent.key"], /absent\.key: no such file.*\n.*scrim grant keygen signing/],
    ["the public half", ["--key", "signing.pub"], /signing\.pub: can't be read: others .*\n.*chmod 600/],
    ["a service's key", ["--key", "checkout.key"], /KEY_INVALID/],
    ["no address", ["--key", "signing.key", "--listen", "hunter2"], /--listen: expected host:port/],
    [
      "an open address without tokens",
      ["--key", "signing.key", "--listen", "0.0.0.0:0"],
      /--token-file: is needed/,
    ],
    ["tokens that are missing", ["--key", "signing.key", "--token-file", "absent.key"], /no such file/],
  ])("%s: does not start", async (_, args, stderr) => {
    await ok("keygen", "signing", "--out", at("signing"));
    await ok("keygen", "service", "--out", at("checkout"));
    const paths = args.map((arg) => (/\.(?:key|pub)$/.test(arg) ? at(arg) : arg));
    const run = await refused("serve", ...paths, "--store", store());
    expect(run.stderr).toMatch(stderr);
    expect(run.stderr).not.toContain("hunter2");
  });
});
