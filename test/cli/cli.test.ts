import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonToProto, protoToJson } from "@scrim/wire";
import { COMMANDS } from "scrim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";
import { scrim, scrimHere } from "./scrim.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const LOGS = {
  resourceLogs: [
    { scopeLogs: [{ logRecords: [{ timeUnixNano: "1", body: { stringValue: "mail jane@shop.example" } }] }] },
  ],
};

describe("help", () => {
  test("without a command the program says what there is, and fails", async () => {
    const { code, stderr } = await scrim([]);
    expect(code).toBe(2);
    for (const { name } of COMMANDS) expect(stderr).toContain(name);
  });

  test.each(COMMANDS.map(({ name }) => name))("%s --help shows every option and an example", async (name) => {
    const { code, stdout } = await scrim([...name.split(" "), "--help"]);
    const command = COMMANDS.find((each) => each.name === name)!;
    expect(code).toBe(0);
    for (const option of Object.keys(command.options)) expect(stdout).toContain(`--${option}`);
    for (const example of command.examples) expect(stdout).toContain(example);
  });

  test("--version is the package's", async () => {
    expect((await scrim(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("usage errors", () => {
  const CASES: readonly (readonly [name: string, args: readonly string[], stderr: RegExp])[] = [
    ["a wrong letter in a command", ["redakt"], /no such command[\s\S]*did you mean "scrim redact"\?/],
    ["a wrong letter in a subcommand", ["policy", "chek"], /did you mean "scrim policy check"\?/],
    [
      "an unknown command",
      ["frobnicate"],
      /no such command[\s\S]*commands are: gateway, gateway validate, gateway print-config, redact/,
    ],
    [
      "a group without its subcommand",
      ["policy"],
      /needs a subcommand[\s\S]*policy check, policy lint, policy explain/,
    ],
    ["an unknown option", ["redact", "--fromat", "text"], /can't use --fromat[\s\S]*--format/],
    [
      "a value that is none of the choices",
      ["redact", "--format", "xml"],
      /--format: not a value of --format[\s\S]*otlp-json/,
    ],
    ["a missing option", ["policy", "explain"], /one of --key KEY and --otlp FILE is required/],
    ["a missing operand", ["policy", "check"], /expected FILE\.\.\./],
  ];
  test.each(CASES)("%s: exit code 2, what and what to do", async (_, args, stderr) => {
    const run = await scrim(args);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(stderr);
    expect(run.stdout).toBe("");
  });

  test("an option's value is not repeated in the error", async () => {
    const { stderr } = await scrim(["redact", "--format", "hunter2"]);
    expect(stderr).not.toContain("hunter2");
  });
});

describe("redact", () => {
  test("text: each line is redacted, and the rest stays", async () => {
    const { code, stdout } = await scrim(
      ["redact"],
      "ok\nmail jane@shop.example\n\nlast line without newline",
    );
    expect(code).toBe(0);
    expect(stdout).toBe("ok\nmail [REDACTED:email]\n\nlast line without newline\n");
  });

  test("text: a private key over several lines goes whole", async () => {
    const pem =
      "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END PRIVATE KEY-----";
    const { stdout } = await scrim(["redact"], `before\n${pem}\nafter jane@shop.example\n`);
    expect(stdout).toBe("before\n[REDACTED:private_key]\nafter [REDACTED:email]\n");
  });

  test("text --key: each line is the value of that attribute", async () => {
    expect((await scrim(["redact", "--key", "user.full_name"], "Jane Doe\n")).stdout).toBe(
      "[REDACTED:direct_identifier]\n",
    );
  });

  test("text: keys in a line decide its values", async () => {
    const { stdout } = await scrim(["redact"], "login user=jane email=jane.doe password=hunter2\nok\n");
    expect(stdout).toBe(
      "login user=jane email=[REDACTED:direct_identifier] password=[REDACTED:password]\nok\n",
    );
  });

  test("jsonl: keys in a string decide its values, and lines stay JSON", async () => {
    const { stdout } = await scrim(
      ["redact", "--format", "jsonl"],
      '{"msg":"login\\nemail=jane.doe --token \\"a b\\"","n":1}\n',
    );
    expect(JSON.parse(stdout)).toEqual({
      msg: 'login\nemail=[REDACTED:direct_identifier] --token "[REDACTED:credential]"',
      n: 1,
    });
  });

  test("jsonl: members are decided by their keys, and lines stay JSON", async () => {
    const { stdout } = await scrim(
      ["redact", "--format", "jsonl"],
      '{"user":{"email":"x"},"n":1}\n{"password":7}\n',
    );
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { user: { email: "[REDACTED:direct_identifier]" }, n: 1 },
      { password: "[REDACTED:credential]" },
    ]);
  });

  test.each([
    ["on one line", JSON.stringify(LOGS)],
    ["as a pretty document", JSON.stringify(LOGS, null, 2)],
  ])("otlp-json %s", async (_, input) => {
    const { code, stdout } = await scrim(["redact", "--format", "otlp-json"], `${input}\n`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: "mail [REDACTED:email]" } }] }] }],
    });
  });

  test("otlp-proto goes through bytes", async () => {
    const request = jsonToProto("logs", Buffer.from(JSON.stringify(LOGS)));
    const input = file("request.bin", "");
    writeFileSync(input, request);
    const { code, stdout } = await scrim(["redact", "--format", "otlp-proto"], request);
    expect(code).toBe(0);
    expect(protoToJson("logs", Buffer.from(stdout, "utf8"))).toContain("[REDACTED:email]");
  });

  test("broken protobuf: exit code 1, the byte offset, and nothing on standard output", async () => {
    const { code, stdout, stderr } = await scrim(
      ["redact", "--format", "otlp-proto"],
      Buffer.from([0x0a, 0x7f, 0x61]),
    );
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^redact: error: byte \d+: .* \[WIRE_TRUNCATED\]\n/);
  });

  test("broken OTLP JSON: exit code 1 and no value in the error", async () => {
    const { code, stderr } = await scrim(
      ["redact", "--format", "otlp-json"],
      '{"resourceLogs":[{"scopeLogs":"jane@shop.example"}]}',
    );
    expect(code).toBe(1);
    expect(stderr).toContain("[JSON_MAPPING]");
    expect(stderr).not.toContain("jane");
  });
});

describe("redact --format otlp-json refuses", () => {
  const good = `${JSON.stringify(LOGS)}\n`;
  const long = `{"resourceLogs":[],"padding":"${"x".repeat(65 * 1024 * 1024)}"}`;
  test.each<[name: string, input: string, answered: number, stderr: RegExp]>([
    ["a line that is no JSON", `${good}hunter2\n${good}`, 1, /error: request 2: .*\[JSON_MALFORMED\]\n/],
    [
      "a line cut short",
      `${good}${good}{"resourceLogs":["hunter2`,
      2,
      /error: request 3: .*\[JSON_MALFORMED\]\n/,
    ],
    ["a first line that is no JSON", `hunter2\n${good}`, 0, /error: request 1: .*\[JSON_MALFORMED\]\n/],
    [
      "JSON that is no request",
      `${good}{"hunter2":1}\n`,
      1,
      /error: request 2: .*\[JSON_MAPPING\]\n.*hint: it has one of: resourceLogs/,
    ],
    ["a list", `${good}["hunter2"]\n`, 1, /error: request 2: .*\[JSON_MAPPING\]\n/],
    [
      "a field of another type, by its path",
      `${good}{"resourceLogs":[{"scopeLogs":"hunter2"}]}\n`,
      1,
      /error: request 2: resourceLogs\[0\]\.scopeLogs: .*\[JSON_MAPPING\]\n/,
    ],
    [
      "a line over 64 MiB",
      `${good}${long}\n`,
      1,
      /error: a line is longer than 67108864 bytes \[TOO_LARGE\]\n/,
    ],
  ])("%s: exit code 1, which one, and nothing of it", async (_, input, answered, stderr) => {
    const run = await scrim(["redact", "--format", "otlp-json"], input);
    expect([run.code, run.stdout.split("\n").length - 1]).toEqual([1, answered]);
    expect(run.stderr).toMatch(stderr);
    expect(run.stderr).not.toContain("hunter2");
  });
});

describe("detect", () => {
  test("findings have offsets in UTF-16 units, one line for each line", async () => {
    const rows = [
      { text: "für 😀 jane@shop.example" },
      { text: "nothing" },
      { text: "536-90-4399", key: "ssn" },
    ];
    const { code, stdout } = await scrim(["detect"], rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    expect(code).toBe(0);
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers[0]).toEqual({ findings: [{ start: 7, end: 24, type: "email", detector: "email" }] });
    expect(answers[1]).toEqual({ findings: [] });
    expect(answers[2].findings[0].type).toBe("us_ssn");
  });

  test("a bad line is named by its number, the others are answered", async () => {
    const { code, stdout, stderr } = await scrim(["detect"], '{"text":"a"}\nsecret-garbage\n{"text":"b"}\n');
    expect(code).toBe(1);
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
    expect(stderr).toContain("line 2");
    expect(stderr).not.toContain("secret-garbage");
  });
});

describe("policy", () => {
  test("check: a good file is ok", async () => {
    const { code, stdout } = await scrim(["policy", "check", file("good.yaml", "version: 1\nname: shop\n")]);
    expect([code, stdout.startsWith("ok: shop")]).toEqual([0, true]);
  });

  test("check: an unknown key gives path, line and a hint", async () => {
    const bad = file("bad.yaml", "version: 1\nrules:\n  - atribute: user.email\n    action: drop\n");
    const { code, stderr } = await scrim(["policy", "check", bad]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^policy check: error: rules\[0\]\.atribute: unrecognized key "atribute" \(.*bad\.yaml:3\) \[POLICY_INVALID\]\n/,
    );
    expect(stderr).toContain('hint: did you mean "attribute"?');
  });

  test("check: seal without a key is refused, and says how to make one", async () => {
    const { code, stderr } = await scrim([
      "policy",
      "check",
      file("seal.yaml", "version: 1\nclasses: { credential: seal }\n"),
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain("hint: make a pair with `scrim reveal keygen`");
  });

  test("check: warnings don't fail, and say where to read them", async () => {
    const odd = file(
      "odd.yaml",
      "version: 1\nrules: [{ attribute: a, action: drop, where: { resource: {} } }]\n",
    );
    const { code, stdout } = await scrim(["policy", "check", odd]);
    expect(code).toBe(0);
    expect(stdout).toContain(`1 warning (scrim policy lint ${odd})`);
  });

  test("lint: names what never decides, by file and line, and measures the policy's own detectors", async () => {
    const odd = file(
      "odd.yaml",
      `version: 1
rules:
  - { attribute: user.*, action: drop }
  - { attribute: [order.id, user.email], action: mask }
detectors:
  custom: [{ id: trace, atoms: ["trace_id="], pattern: "trace_id=[0-9a-f]{32}" }]
`,
    );
    const { code, stdout, stderr } = await scrim(["policy", "lint", odd]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /odd\.yaml:4: rules\[1\]\.attribute: user\.email is never decided here: rules\[0\]/,
    );
    expect(stderr).toMatch(/odd\.yaml:6: .*finds something in 10 % of ordinary log lines/);
    expect(stdout).toContain(
      "trace: looks closer at 10 % of ordinary log lines, and finds something in 10 %\n",
    );
  });

  test("lint: says nothing of a policy that is in order", async () => {
    const { code, stdout, stderr } = await scrim([
      "policy",
      "lint",
      file("fine.yaml", "version: 1\nname: shop\n"),
    ]);
    expect([code, stdout, stderr]).toEqual([0, "shop: 1 layer, 0 warnings\n", ""]);
  });

  test("diff: says what weakens, without the keys that are named, and exits with 1 where something does", async () => {
    const keys = "keys: { pseudonym: { version: 1, file: nowhere.key } }";
    const before = file("before.yaml", `version: 1\n${keys}\n`);
    const after = file("after.yaml", `version: 1\n${keys}\nclasses: { payload: scan, location: drop }\n`);
    expect(await scrimHere(["policy", "diff", before, after])).toEqual({
      code: 1,
      stdout: [
        'stronger: classes.location: {"kind":"mask","style":{"style":"all"}} → {"kind":"drop"}',
        'weaker: classes.payload: {"kind":"mask","style":{"style":"all"}} → {"kind":"scan"}',
        "2 differences, 1 weaker\n",
      ].join("\n"),
      stderr: "",
    });
    expect(await scrimHere(["policy", "diff", before, before])).toMatchObject({ code: 0 });
    const { stdout } = await scrimHere(["policy", "diff", after, before, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      weakens: true,
      differences: [
        { path: "classes.location", change: "weaker" },
        { path: "classes.payload", change: "stronger" },
      ],
    });
  });

  test("check: a missing file is named", async () => {
    const { code, stderr } = await scrim(["policy", "check", join(folder, "absent.yaml")]);
    expect(code).toBe(1);
    expect(stderr).toContain("[CONFIG_UNREADABLE]");
  });

  test("explain: says which rule decides, where, and what a value becomes", async () => {
    const policy = file(
      "mail.yaml",
      "version: 1\nrules:\n  - attribute: user.email\n    action: { mask: email }\n",
    );
    const { code, stdout } = await scrim(
      ["policy", "explain", policy, "--key", "user.email", "--value", "-"],
      "jane@shop.example",
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/action +mask: email/);
    expect(stdout).toMatch(/decided by +rules\[0\] \(.*mail\.yaml:3\)/);
    expect(stdout).toMatch(/becomes +j\*\*\*@shop\.example/);
    expect(stdout).not.toContain("jane@");
  });

  test("explain --json is JSON", async () => {
    const { stdout } = await scrim(["policy", "explain", "--key", "customer.full_name", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ key: "customer.full_name", via: "leaf" });
  });
});

describe("gateway", () => {
  const refused: readonly (readonly [name: string, config: string, stderr: RegExp])[] = [
    [
      "an unknown key",
      "receivers: { otlp: }\nexporters: { debug: { verbosty: basic } }\nprocessors: { policy: }\nservice: { pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [debug], ack: delivered } } }",
      /error: exporters\.debug: unrecognized key "verbosty" \[CONFIG_INVALID\]\n.*hint: did you mean "verbosity"/,
    ],
    [
      "a way past the policy",
      "receivers: { otlp: }\nexporters: { debug: }\nservice: { pipelines: { logs: { receivers: [otlp], exporters: [debug] } } }",
      /error: service\.pipelines\.logs.*\[CONFIG_UNREDACTED\]\n.*hint: /,
    ],
    [
      "a bad policy",
      "receivers: { otlp: }\nprocessors: { policy: { policy: { version: 1, rulez: [] } } }\nexporters: { debug: }\nservice: { pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [debug], ack: delivered } } }",
      /error: .*rulez.*\[POLICY_INVALID\]\n.*hint: did you mean "rules"/,
    ],
    ["no YAML", "receivers: [", /\[CONFIG_(?:UNREADABLE|INVALID)\]/],
  ];
  test.each(refused)(
    "%s: does not start, one error line with the key's path, one hint",
    async (_, config, stderr) => {
      const run = await scrim(["gateway", "--config", file("gateway.yaml", config)]);
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(stderr);
      expect(run.stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
    },
  );

  test("says where it listens, and stops when told to", async () => {
    const config =
      "receivers: { otlp: { protocols: { http: { endpoint: 127.0.0.1:0 } } } }\nprocessors: { policy: }\nexporters: { debug: }\n" +
      "service: { extensions: [], telemetry: { metrics: { address: 127.0.0.1:0 } }, pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [debug], ack: delivered } } }";
    const main = join(ROOT, "packages/cli/src/main.ts");
    const child = spawn(process.execPath, [main, "gateway", "--config", file("running.yaml", config)]);
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      const before = said;
      said += chunk.toString();
      if (said.includes("ready") && !before.includes("ready")) child.kill("SIGTERM"); // a second one would end it at once
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    expect(code).toBe(0);
    expect(said).toMatch(
      /^gateway: receivers\.otlp listens on http:\/\/127\.0\.0\.1:\d+\ngateway: metrics on http:.*\ngateway: ready/,
    );
    expect(said).toContain("gateway: stopping");
  });

  test("a missing configuration is named", async () => {
    const { code, stderr } = await scrim(["gateway", "--config", join(folder, "absent.yaml")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/absent\.yaml: no such file \[CONFIG_UNREADABLE\]/);
  });
});

describe("the engine for regular expressions", () => {
  const text = "card 4111 1111 1111 1111\n";

  test("is re2, and nothing is said about it", async () => {
    const { code, stdout, stderr } = await scrim(["redact"], text, { SCRIM_EXPRESSIONS: "re2" });
    expect([code, stdout, stderr]).toEqual([0, "card [REDACTED:credit_card]\n", ""]);
  });

  test("is re2js where it is asked for, with a warning and the same result", async () => {
    const { code, stdout, stderr } = await scrim(["redact"], text, { SCRIM_EXPRESSIONS: "re2js" });
    expect([code, stdout]).toEqual([0, "card [REDACTED:credit_card]\n"]);
    expect(stderr).toMatch(/^redact: warning: regular expressions run on re2js.*\n$/);
  });

  test("is neither where another is asked for: nothing starts", async () => {
    const { code, stdout, stderr } = await scrim(["redact"], text, { SCRIM_EXPRESSIONS: "pcre" });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /SCRIM_EXPRESSIONS: no engine.*\[CONFIG_INVALID\]\nredact: hint: choose re2 or re2js/,
    );
  });
});
