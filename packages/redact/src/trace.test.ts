import type { Finding } from "@scrim/detect";
import { type Action, type Decision, describeOrigin, type Plan } from "@scrim/policy";
import { jsonToProto, SIGNALS, type Signal } from "@scrim/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRequest } from "../test/arbitrary-request.ts";
import { attribute, body, logsOf, record, value } from "../test/otlp.ts";
import { POLICIES, planOf } from "../test/plans.ts";
import { createRedactor, type RedactionTrace, type StructuralPart, type TracePath } from "./index.ts";

/** Writes down what it is told, a line each. */
class Transcript implements RedactionTrace {
  readonly lines: string[] = [];
  /** By `class/action`, as counts have them. */
  readonly reasons = new Set<string>();
  /** Where something was found or replaced before anything was decided. */
  readonly early: string[] = [];
  readonly #decided = new Set<string>();

  decided(path: TracePath, { action, class: sensitivityClass, origin }: Decision): void {
    this.#decided.add(said(path));
    this.lines.push(`${said(path)}: ${action.kind}, by ${describeOrigin(origin)}`);
    this.reasons.add(`${sensitivityClass}/${action.kind}`);
  }

  found(path: TracePath, { detector }: Finding, { kind }: Action): void {
    this.#inside(path, `found ${detector.id}, ${kind}`);
    this.reasons.add(`${detector.class}/${kind}`);
  }

  replaced(path: TracePath, part: StructuralPart): void {
    this.#inside(path, `replaced ${part}`);
    this.reasons.add(part === "query literal" ? "content/mask" : "credential/mask");
  }

  #inside(path: TracePath, what: string): void {
    if (!this.#decided.has(said(path))) this.early.push(said(path));
    this.lines.push(`${said(path)}: ${what}`);
  }
}

function said({ field, keys }: TracePath): string {
  return [field, ...keys].join(" > ");
}

function traced(plan: Plan, signal: Signal, request: Buffer): Transcript {
  const trace = new Transcript();
  createRedactor(plan, { trace }).redact(signal, request);
  return trace;
}

/** What is told of a text under a key, without the part about the key itself. */
function inText(key: string, text: string, yaml = ""): readonly string[] {
  const { lines } = traced(planOf(yaml), "logs", logsOf([], record(attribute(key, value.string(text)))));
  return lines.map((line) => line.replace(`LogRecord.attributes > ${key}`, "").replace(" > ", "")).slice(1);
}

const PASSWORD = "password: mask, by class credential of password, by leaf (test.yaml)";
const EMAIL = "email: mask, by class direct_identifier of user.email, by leaf (test.yaml)";

describe("a key in a text is told with what it decides", () => {
  const scan = (key: string) => `rules: [{ attribute: ${key}, action: scan }]`;

  test.each<[name: string, key: string, text: string, expected: readonly string[], yaml?: string]>([
    [
      "a member of JSON",
      "note",
      '{"a":{"password":"x"},"n":1}',
      [
        "a.password: mask, by class credential of password, by leaf (test.yaml)",
        "n: scan, by unknown (test.yaml)",
      ],
    ],
    [
      "a member of JSON in a member",
      "note",
      JSON.stringify({ m: JSON.stringify({ password: "x" }) }),
      ["m: scan, by unknown (test.yaml)", `m > ${PASSWORD}`],
    ],
    ["a member that an action takes whole", "note", '{"password":{"a":1}}', [PASSWORD]],
    [
      "a value whose name stands beside it",
      "note",
      '{"name":"password","value":"x1"}',
      ["name: scan, by unknown (test.yaml)", "value: scan, by unknown (test.yaml)", PASSWORD],
    ],
    ["a secret over the strings of a list", "note", '["jane@","leak.example"]', [": found email, mask"]],
    ["a member of JSON that ends too soon", "note", '{"password":"x', [PASSWORD]],
    ["an element is its list's", "note", '["a",{"password":"x"}]', [PASSWORD]],
    [
      "a parameter of a URL",
      "note",
      "https://shop.example/?email=a&b=c",
      [EMAIL, "b: scan, by unknown (test.yaml)"],
    ],
    [
      "user info and signature of a URL",
      "note",
      "https://u:p@shop.example/?X-Amz-Signature=abc",
      [": replaced URL user info", ": replaced URL signature"],
    ],
    ["pairs in a sentence", "note", "try email=jane.doe username=jane", [EMAIL, ": found user_name, mask"]],
    ["JSON in a sentence", "note", 'got {"email":"x"} from there', [EMAIL]],
    ["a finding says more than its key", "note", "try email=jane@leak.example", [": found email, mask"]],
    [
      "findings under the key of a member",
      "note",
      '{"m":"jane@leak.example or jane@leak.example"}',
      ["m: scan, by unknown (test.yaml)", "m: found email, mask", "m: found email, mask"],
    ],
    [
      "literals of a query",
      "db.query.text",
      "SELECT a FROM b WHERE c = 'x' AND d = 7",
      [": replaced query literal", ": replaced query literal"],
    ],
    [
      "headers",
      "http.request.headers",
      "Host: shop.example\r\nAuthorization: Basic abc",
      [
        "http.request.header.Host: scan, by class endpoint of http.request.header.host, by template (test.yaml)",
        "http.request.header.Authorization: mask, by class credential of http.request.header.authorization, by template (test.yaml)",
      ],
      scan("http.request.headers"),
    ],
    [
      "cookies, a session of no known name among them",
      "http.request.header.cookie",
      "theme=dark; x=q7Zk2mPx9tRv4cLs",
      [
        "theme: scan, by rules[0] (test.yaml:2)",
        "x: mask, by class credential of session_id, by leaf (test.yaml)",
      ],
      scan("http.request.header.cookie"),
    ],
    [
      "a form",
      "http.request.body.content",
      "email=jane&b=c",
      [EMAIL, "b: scan, by rules[0] (test.yaml:2)"],
      scan("http.request.body.content"),
    ],
    [
      "options of a command",
      "process.command_line",
      "run --password=hunter2 -v",
      [PASSWORD],
      scan("process.command_line"),
    ],
  ])("%s", (_, key, text, expected, yaml) => {
    expect(inText(key, text, yaml)).toEqual(expected);
  });
});

describe("a value is told with where it stands", () => {
  test.each<[name: string, signal: Signal, request: object, expected: readonly string[]]>([
    [
      "of a resource, a scope, a record and its body",
      "logs",
      {
        resourceLogs: [
          {
            resource: { attributes: [{ key: "k", value: { stringValue: "a" } }] },
            scopeLogs: [
              {
                scope: { name: "lib", attributes: [{ key: "k", value: { intValue: "1" } }] },
                logRecords: [
                  { body: { stringValue: "hi" }, attributes: [{ key: "k", value: { boolValue: true } }] },
                ],
              },
            ],
          },
        ],
      },
      [
        "Resource.attributes > k: scan, by unknown (test.yaml)",
        "InstrumentationScope.name: scan, by text that stands under no key",
        "InstrumentationScope.attributes > k: scan, by unknown (test.yaml)",
        "LogRecord.body: scan, by body (test.yaml)",
        "LogRecord.attributes > k: scan, by unknown (test.yaml)",
      ],
    ],
    [
      "of a span and its events",
      "traces",
      {
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  {
                    name: "GET jane@leak.example",
                    events: [{ name: "e", attributes: [{ key: "user.email", value: { stringValue: "x" } }] }],
                  },
                ],
              },
            ],
          },
        ],
      },
      [
        "Span.name: scan, by text that stands under no key",
        "Span.name: found email, mask",
        "Span.Event.name: scan, by text that stands under no key",
        "Span.Event.attributes > user.email: mask, by class direct_identifier of user.email, by exact (test.yaml)",
      ],
    ],
    [
      "of a map by its paths, of a list each element",
      "logs",
      {
        resourceLogs: [
          {
            scopeLogs: [
              {
                logRecords: [
                  {
                    attributes: [
                      {
                        key: "user",
                        value: { kvlistValue: { values: [{ key: "email", value: { stringValue: "x" } }] } },
                      },
                      {
                        key: "k",
                        value: { arrayValue: { values: [{ stringValue: "a" }, { intValue: "1" }] } },
                      },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
      [
        "LogRecord.attributes > user.email: mask, by class direct_identifier of user.email, by exact (test.yaml)",
        "LogRecord.attributes > k: scan, by unknown (test.yaml)",
        "LogRecord.attributes > k: scan, by unknown (test.yaml)",
      ],
    ],
    [
      "under a key that holds data, which is not said",
      "logs",
      {
        resourceLogs: [
          {
            scopeLogs: [
              {
                logRecords: [
                  {
                    attributes: [
                      { key: "jane@leak.example", value: { stringValue: '{"bob@leak.example":1}' } },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
      [
        "LogRecord.attributes > [REDACTED:email]: scan, by unknown (test.yaml)",
        "LogRecord.attributes > [REDACTED:email] > [REDACTED:email]: scan, by unknown (test.yaml)",
      ],
    ],
  ])("%s", (_, signal, request, expected) => {
    const bytes = jsonToProto(signal, Buffer.from(JSON.stringify(request)));
    expect(traced(planOf(""), signal, bytes).lines).toEqual(expected);
  });

  test("in which resource a rule holds", () => {
    const plan = planOf(
      "rules: [{ where: { resource: { service.name: pay } }, attribute: k, action: drop }]",
    );
    const request = (name: string) =>
      logsOf([["service.name", name]], record(attribute("k", value.string("x"))));
    const { lines } = traced(plan, "logs", Buffer.concat([request("pay"), request("shop")]));
    expect(lines.filter((line) => line.includes(" > k"))).toEqual([
      "LogRecord.attributes > k: drop, by rules[0] (test.yaml:2)",
      "LogRecord.attributes > k: scan, by unknown (test.yaml)",
    ]);
  });

  test("once, also where what is left is read again", () => {
    const text = "Cookie: a=1\r\nX-Note: jane@leak.example\r\n\r\nemail=x&b=jane@leak.example";
    const lines = inText(
      "http.request.headers",
      text,
      "rules: [{ attribute: http.request.headers, action: scan }]",
    );
    expect(lines).toHaveLength(new Set(lines).size);
    const settled = traced(
      planOf(""),
      "logs",
      logsOf([], record(body(value.string('a@b.example {"k":"v"} email=c')))),
    );
    expect(settled.lines.filter((line) => line.includes("> k:"))).toHaveLength(1);
  });

  test("also where it is like another one before", () => {
    const same = () => record(attribute("k", value.string('got {"n":1,"password":null} from there')));
    const { lines } = traced(planOf(""), "logs", logsOf([], same(), same(), same()));
    expect(lines.filter((line) => line.startsWith("LogRecord.attributes > k > n: scan"))).toHaveLength(3);
  });
});

/** Each sealed value is another token, so results of two redactions can't be compared. */
const REPEATABLE = Object.entries(POLICIES).filter(([name]) => !name.includes("seal"));

describe.each(REPEATABLE)("any well-formed request, under %s", (_, yaml) => {
  const plan = planOf(yaml);
  const plain = createRedactor(plan);

  test.each(SIGNALS)(
    "%s: becomes the same with a trace, which hears a reason for each change and no value",
    (signal) => {
      fc.assert(
        fc.property(arbitraryRequest(signal), (request) => {
          const trace = new Transcript();
          const redaction = createRedactor(plan, { trace }).redact(signal, request);
          const expected = plain.redact(signal, request);
          expect(redaction.bytes.equals(expected.bytes)).toBe(true);
          expect(redaction.counts.redacted).toEqual(expected.counts.redacted);
          const unexplained = [...redaction.counts.redacted.keys()].filter(
            (reason) => !reason.startsWith("key/") && !trace.reasons.has(reason),
          );
          expect(unexplained).toEqual([]);
          expect(trace.early).toEqual([]);
          // A URL that is a key keeps its query, in the trace as in the data.
          const told = trace.lines.filter((line) => !line.includes("://")).join("\n");
          expect(told).not.toMatch(/leak\.example|hunter2|4111|203\.0\.113\.7|t0k/);
          expect(trace.lines.join("\n")).not.toMatch(/leak\.example|hunter2|4111|203\.0\.113\.7/);
        }),
        { numRuns: 40 },
      );
    },
  );
});
