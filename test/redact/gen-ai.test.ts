import { compilePolicy, defaultPlan, parsePolicy } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import { decodeRequest, jsonToProto } from "@scrim/wire";
import { describe, expect, test } from "vitest";

const scanning = createRedactor(
  compilePolicy([parsePolicy("version: 1\nclasses: { payload: scan }", "t.yaml")]),
);
const byDefault = createRedactor(defaultPlan());
const dropping = createRedactor(
  compilePolicy([parsePolicy("version: 1\nclasses: { payload: drop }", "t.yaml")]),
);

/** Messages as the conventions' JSON schemas have them: every kind of part, and what may be found in it. */
const INPUT = [
  { role: "system", parts: [{ type: "text", content: "You are a shop." }] },
  { role: "user", parts: [{ type: "text", content: 'I am jane@leak.example,\n"Jane"' }] },
  {
    role: "assistant",
    parts: [
      { type: "reasoning", content: "card 4111 1111 1111 1111 it is" },
      {
        type: "tool_call",
        id: "call_1",
        name: "find_customer",
        arguments: { email: "jane@leak.example", limit: 5, filter: { password: "open sesame" } },
      },
      { type: "tool_call", id: "call_2", name: "raw", arguments: '{"phone":"+49 30 1234567","n":1}' },
    ],
  },
  {
    role: "tool",
    parts: [{ type: "tool_call_response", id: "call_1", response: [{ full_name: "Jane Doe", orders: 3 }] }],
  },
  {
    role: "user",
    parts: [
      { type: "blob", mime_type: "image/png", modality: "image", content: "iVBORw0KGgo=" },
      { type: "uri", modality: "image", uri: "https://h/a.png?token=t0k&w=1" },
      { type: "file", file_id: "file-1" },
    ],
  },
];
const SECRETS = ["jane@leak.example", "4111 1111", "open sesame", "1234567", "Jane Doe", "t0k"];
const ATTRIBUTES = [
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.system_instructions",
  "gen_ai.tool.call.arguments",
  "gen_ai.tool.call.result",
  "gen_ai.retrieval.documents",
  "gen_ai.prompt",
  "gen_ai.completion",
];

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An OTLP/JSON `AnyValue`. */
function anyValue(value: Json): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "number") return { intValue: String(value) };
  if (typeof value === "boolean") return { boolValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: members(value as { readonly [key: string]: Json }) } };
}

function members(value: { readonly [key: string]: Json }): object[] {
  return Object.entries(value).map(([key, member]) => ({ key, value: anyValue(member) }));
}

function spanWith(key: string, value: Json): Buffer {
  const span = { attributes: [{ key, value: anyValue(value) }] };
  return jsonToProto(
    "traces",
    Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })),
  );
}

/** The document with its strings and numbers taken out: what must stay. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== "object" || value === null) return "";
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shape(member)]));
}

describe.each(ATTRIBUTES)("%s", (key) => {
  test("is masked whole by default, and droppable with its class", () => {
    const text = JSON.stringify(INPUT);
    expect(byDefault.redactText(Buffer.from(text), key).bytes.toString()).toBe("[REDACTED:payload]");
    const dropped = dropping.redact("traces", spanWith(key, text)).bytes;
    expect(dropped.includes(key)).toBe(false);
    expect(byDefault.redact("traces", spanWith(key, INPUT)).bytes.includes("shop")).toBe(false);
  });

  test("scanned, the messages stay JSON of the same shape, and nothing sensitive is left", () => {
    const redacted = scanning.redactText(Buffer.from(JSON.stringify(INPUT)), key).bytes.toString();
    for (const secret of SECRETS) expect(redacted).not.toContain(secret);
    expect(shape(JSON.parse(redacted))).toEqual(shape(INPUT));
    expect(JSON.parse(redacted)[0]).toEqual(INPUT[0]);
    expect(redacted).toContain('"type":"tool_call","id":"call_1","name":"find_customer"');
    expect(JSON.parse(JSON.parse(redacted)[2].parts[2].arguments)).toEqual({
      phone: "[REDACTED:direct_identifier]",
      n: 1,
    });
    expect(redacted).toContain("iVBORw0KGgo=");
  });

  test("scanned, maps and lists of OTLP are decided alike", () => {
    const { bytes } = scanning.redact("traces", spanWith(key, INPUT));
    for (const secret of SECRETS) expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes("find_customer")).toBe(true);
    expect(() => decodeRequest("traces", bytes)).not.toThrow();
    expect(scanning.redact("traces", bytes).bytes).toBe(bytes);
  });
});

test.each([
  ["a body of an event", { role: "user", content: "I am jane@leak.example" }],
  ["choices", { index: 0, message: { role: "assistant", content: "to jane@leak.example" } }],
])("older events carry messages in their body: %s", (_, body) => {
  const record = { eventName: "gen_ai.user.message", body: anyValue(body as Json) };
  const batch = jsonToProto(
    "logs",
    Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })),
  );
  const { bytes } = byDefault.redact("logs", batch);
  expect(bytes.includes("jane@leak")).toBe(false);
  expect(bytes.includes("role")).toBe(true);
});

test("definitions of tools and attributes of MCP are scanned by default, session ids masked", () => {
  const tools = JSON.stringify([
    { type: "function", name: "f", description: "ask ops@leak.example", parameters: { type: "object" } },
  ]);
  expect(byDefault.redactText(Buffer.from(tools), "gen_ai.tool.definitions").bytes.toString()).toBe(
    tools.replace("ops@leak.example", "[REDACTED:email]"),
  );
  const redact = (key: string, text: string) => byDefault.redactText(Buffer.from(text), key).bytes.toString();
  expect(redact("mcp.session.id", "abc")).toBe("[REDACTED:credential]");
  expect(redact("mcp.resource.uri", "file:///home/a?token=t0k")).toBe("file:///home/a?token=REDACTED");
  expect(redact("mcp.method.name", "tools/call")).toBe("tools/call");
});
