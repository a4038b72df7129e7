import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonToProto, REQUEST_TYPES, SIGNALS } from "@scrim/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CANARIES } from "../leak/canaries.ts";
import { plantMessage } from "../leak/plant.ts";
import { scrim } from "./scrim.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-explain-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** Three records of one service. Every value in it is a word of its own. */
const LOGS = {
  resourceLogs: [
    {
      resource: { attributes: [text("service.name", "checkout-zebra")] },
      scopeLogs: [
        {
          scope: { name: "giraffe" },
          logRecords: [
            {
              body: { stringValue: "try nickname=hippo, mail lion@shop.example" },
              attributes: [text("user.email", "okapi@shop.example"), text("order.id", "kudu7")],
            },
            {
              body: { stringValue: '{"user":{"email":"eland"},"note":"ask gnu@shop.example"}' },
              attributes: [text("order.id", "oryx8"), text("payload", '{"order":{"pin":"impala"}}')],
            },
            { attributes: [text("db.query.text", "SELECT a FROM b WHERE c = 'dikdik' AND d = 'serval'")] },
          ],
        },
      ],
    },
  ],
};
const ANIMALS = /zebra|giraffe|hippo|lion|okapi|kudu|eland|gnu|oryx|impala|dikdik|serval/;

const POLICY = `version: 1
rules:
  - attribute: pin
    action: drop
  - attribute: order.id
    action: hash
classes:
  direct_identifier: { mask: { keep_last: 2 } }
`;

/** The block about one path of a page, as lines `name text`. */
function blockOf(page: string, ...begins: readonly string[]): readonly string[] {
  const blocks = page
    .split("\n\n")
    .map((block) => block.split("\n").map((line) => line.replace(/\s+/g, " ")));
  const found = blocks.find((lines) => begins.every((line, at) => lines[at] === line));
  return found ?? [`no block begins with ${begins.join(", ")}`];
}

describe("explain --otlp", () => {
  let page: string;
  beforeAll(async () => {
    const policy = file("shop.yaml", POLICY);
    const { code, stdout } = await scrim([
      "policy",
      "explain",
      policy,
      "--otlp",
      file("logs.json", JSON.stringify(LOGS)),
    ]);
    expect(code).toBe(0);
    page = stdout.replaceAll(folder, "");
  });

  test("names the rule that decided, its file and line, how often, and what would change it", () => {
    expect(blockOf(page, "in log record attribute, 2 values", "key order.id").slice(2)).toEqual([
      "action hash",
      "decided by rules[1] (/shop.yaml:5)",
      "to change it change rules[1], or put a rule before it",
    ]);
  });

  test("names the entry of the catalogue, and the line of what its class gets", () => {
    const block = blockOf(page, "in log record attribute, 1 value", "key user.email");
    expect(block).toContain("action mask: { keep_last: 2 }");
    expect(block).toContain("decided by class direct_identifier of user.email, by exact (/shop.yaml:8)");
    expect(block.at(-1)).toBe(
      "to change it add a rule for this attribute, or change classes.direct_identifier",
    );
  });

  test("names keys in texts: pairs of a sentence, members of JSON", () => {
    expect(blockOf(page, "in log record body, 1 value", "key nickname")).toContain(
      "action mask: { keep_last: 2 }",
    );
    expect(blockOf(page, "in log record body, 1 value", "key user.email")).toContain(
      "action mask: { keep_last: 2 }",
    );
    expect(blockOf(page, "in log record attribute, 1 value", "key payload > order.pin").slice(2)).toEqual([
      "action scan",
      "decided by unknown (/shop.yaml)",
      "to change it add a rule, or an alias that says which attribute this is",
    ]);
  });

  test("names the detectors, how often they found something, and what decides about that", () => {
    const finding =
      "finding email, 1 time: mask: { keep_last: 2 }, by classes.direct_identifier (/shop.yaml:8)";
    const change = "to change it set detectors.actions.email, or have it in detectors.disable";
    expect(blockOf(page, "in log record body, 2 values").slice(-2)).toEqual([finding, change]);
    expect(blockOf(page, "in log record body, 1 value", "key note").slice(-2)).toEqual([finding, change]);
  });

  test("names what goes for its place in a text", () => {
    expect(blockOf(page, "in log record attribute, 1 value", "key db.query.text")).toContain(
      "replaced query literal, 2 times: always, where the text is looked at",
    );
  });

  test("says where values stand that have no key", () => {
    expect(blockOf(page, "in instrumentation scope name, 1 value")).toContain(
      "decided by text that stands under no key",
    );
    expect(blockOf(page, "in resource attribute, 1 value")).toContain("key service.name");
  });

  test("ends with how much there was, and shows no value", () => {
    expect(page).toMatch(/\nin all +1 request, 11 paths\n$/);
    expect(page).not.toMatch(ANIMALS);
  });

  test("--json says the same, for programs", async () => {
    const logs = file("logs.json", JSON.stringify(LOGS));
    const { stdout } = await scrim(["policy", "explain", "--otlp", logs, "--json"]);
    const { paths, requests } = JSON.parse(stdout) as {
      readonly paths: readonly object[];
      readonly requests: number;
    };
    expect(requests).toBe(1);
    expect(paths).toContainEqual(
      expect.objectContaining({
        field: "LogRecord.attributes",
        keys: ["user.email"],
        values: 1,
        origin: "class direct_identifier of user.email, by exact (default policy)",
        findings: [],
      }),
    );
    expect(stdout).not.toMatch(ANIMALS);
  });

  test.each([
    ["a document on each line", `${JSON.stringify(LOGS)}\n${JSON.stringify(LOGS)}\n`, "2 requests, 11 paths"],
    ["a document of several lines", JSON.stringify(LOGS, null, 2), "1 request, 11 paths"],
    ["protobuf", jsonToProto("logs", Buffer.from(JSON.stringify(LOGS))), "1 request, 11 paths"],
    ["nothing", "", "0 requests, 0 paths"],
  ])("reads %s from standard input", async (_, input, total) => {
    const { code, stdout } = await scrim(["policy", "explain", "--otlp", "-"], input);
    expect([code, stdout.split("\n").at(-2)]).toEqual([0, `in all         ${total}`]);
  });

  test("what the budgets withhold is counted", async () => {
    const tight = file("tight.yaml", "version: 1\nlimits: { value_bytes_max: 1024 }\n");
    const long = {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: "a ".repeat(600) } }] }] }],
    };
    const { stdout } = await scrim(["policy", "explain", tight, "--otlp", "-"], JSON.stringify(long));
    expect(stdout).toMatch(/\nwithheld +value_size, 1 time\n$/);
  });

  test("a key that would move the cursor is written as escapes, a long one by its beginning", async () => {
    const attributes = [text("a\u001b[2Jb", "x"), text("k".repeat(500), "x")];
    const logs = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] };
    const { stdout } = await scrim(["policy", "explain", "--otlp", "-"], JSON.stringify(logs));
    expect(stdout).toMatch(/^key +a\\u\{1b\}\[2Jb$/m);
    expect(stdout).toMatch(/^key +k{160}…$/m);
  });

  test.each(SIGNALS)(
    "%s in protobuf: the signal is found, and no value is shown, wherever it stands",
    async (signal) => {
      const secrets: string[] = [];
      const makers = Object.values(CANARIES);
      const request = plantMessage(REQUEST_TYPES[signal], () => {
        const canary = makers[secrets.length % makers.length]!(secrets.length + 1);
        secrets.push(canary.secret);
        return canary.text;
      });
      const { code, stdout, stderr } = await scrim([
        "policy",
        "explain",
        "--otlp",
        file(`${signal}.bin`, request),
      ]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(secrets.filter((secret) => stdout.includes(secret))).toEqual([]);
      const inSignal = {
        logs: "log record",
        traces: "span",
        metrics: "metric",
        profiles: "profiles dictionary",
      };
      expect(stdout).toMatch(new RegExp(`^in +${inSignal[signal]} `, "m"));
      expect(stdout).toMatch(/^finding +email, \d+ times?: mask/m);
    },
  );
});

describe("explain --otlp refuses", () => {
  test.each<[name: string, args: readonly string[], input: string, code: number, stderr: RegExp]>([
    [
      "a question about nothing",
      [],
      "",
      2,
      /one of --key KEY and --otlp FILE is required[\s\S]*hint: scrim policy explain --help/,
    ],
    ["two questions", ["--otlp", "-", "--key", "k"], "", 2, /one of --key KEY and --otlp FILE/],
    ["a value without a key", ["--otlp", "-", "--value", "kudu"], "", 2, /--value: goes with --key/],
    ["a signal without a file", ["--key", "k", "--signal", "logs"], "", 2, /--signal: goes with --otlp/],
    ["a missing file", ["--otlp", "absent.json"], "", 2, /absent\.json: no such file \[INPUT_INVALID\]/],
    [
      "JSON that is no OTLP",
      ["--otlp", "-"],
      '{"kudu":1}',
      1,
      /no OTLP export request \[JSON_MAPPING\]\n.*hint: it has one of: resourceLogs/,
    ],
    ["broken protobuf", ["--otlp", "-"], "\n\u007fa", 1, /byte \d+: .* \[WIRE_TRUNCATED\]/],
  ])("%s", async (_, args, input, code, stderr) => {
    const run = await scrim(["policy", "explain", ...args], input);
    expect([run.code, run.stdout]).toEqual([code, ""]);
    expect(run.stderr).toMatch(stderr);
    expect(run.stderr).not.toContain("kudu");
  });
});

describe("explain --value", () => {
  const ask = async (...args: readonly string[]) => (await scrim(["policy", "explain", ...args])).stdout;

  test("names the pairs in it, which its own key does not decide", async () => {
    const stdout = await ask("--key", "note", "--value", "try nickname=hippo");
    expect(blockOf(stdout, "key note")).toContain("becomes try nickname=[REDACTED:direct_identifier]");
    expect(blockOf(stdout, "key note > nickname").slice(1, 3)).toEqual([
      "action mask",
      "decided by class direct_identifier of nickname, by leaf (default policy)",
    ]);
    expect(stdout).not.toContain("hippo");
  });

  test("names the detectors that find something in it", async () => {
    const stdout = await ask("--key", "note", "--value", "lion@shop.example or gnu@shop.example");
    expect(blockOf(stdout, "key note")).toContain(
      "finding email, 2 times: mask, by classes.direct_identifier (default policy)",
    );
    expect(stdout).not.toMatch(ANIMALS);
  });

  test("becomes what the rules for its resource make of it", async () => {
    const policy = file(
      "where.yaml",
      "version: 1\nrules: [{ where: { resource: { service.name: pay } }, attribute: note, action: drop }]\n",
    );
    const becomes = async (name: string) =>
      blockOf(
        await ask(policy, "--key", "note", "--value", "gnu", "--resource", `service.name=${name}`),
        "key note",
      );
    expect(await becomes("pay")).toContain("becomes (removed)");
    expect(await becomes("shop")).toContain("becomes gnu");
  });
});
