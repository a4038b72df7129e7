import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { defineProcessor } from "@scrim/pipeline";
import { jsonToProto, SIGNALS, type Signal } from "@scrim/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { decodeStatus } from "../../../testing/decode-status.ts";
import { nestedJson, nestedProto, PATHS, requestJson, requestProto } from "../../../testing/otlp.ts";
import { type RawResponse, rawRequest, sendRaw } from "../../../testing/raw-http.ts";
import { startTestGateway, type TestGateway } from "../../../testing/test-gateway.ts";
import { DEFAULT_CONFIG, startGateway } from "../../index.ts";
import { OtlpReceiverConfig } from "./config/otlp-receiver-config.ts";

/** Tests are named by the numbers of the OTLP conformance checklist in this package's CONFORMANCE.md. */

const PROTOBUF = { "content-type": "application/x-protobuf" };
const JSON_TYPE = { "content-type": "application/json" };
const LIMIT = 1024 * 1024;

const ENCODINGS: readonly [name: string, encode: (body: Buffer) => Buffer][] = [
  ["identity", (body) => body],
  ["gzip", (body) => gzipSync(body)],
  ["zstd", (body) => zstdCompressSync(body)],
  ["deflate", (body) => deflateSync(body)],
];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ http: { max_request_body_size: LIMIT } });
});
afterAll(() => gateway.shutdown());

async function raw(...pieces: readonly (string | Uint8Array)[]): Promise<RawResponse> {
  const [response] = await sendRaw(gateway.port, pieces);
  if (response === undefined) throw new Error("the connection closed without a response");
  return response;
}

async function post(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array = Buffer.alloc(0),
): Promise<RawResponse> {
  return await raw(rawRequest(path, headers, body));
}

function statusOf(response: RawResponse) {
  return decodeStatus(response.headers.get("content-type"), response.body);
}

function itemsPrinted(): number {
  return gateway.printed.length;
}

describe("A: transport and endpoints", () => {
  test("1, 2: without configuration the receiver listens on 127.0.0.1, on 4317 and 4318", () => {
    const { grpc, http } = OtlpReceiverConfig.parse(DEFAULT_CONFIG.receivers.otlp).protocols;
    expect(http?.endpoint).toEqual({ host: "127.0.0.1", port: 4318 });
    expect(grpc?.endpoint).toEqual({ host: "127.0.0.1", port: 4317 });
  });

  test("2: listening beyond loopback takes a setting, and warns", async () => {
    const open = await startTestGateway({ http: { endpoint: "0.0.0.0:0" } });
    await open.shutdown();
    expect(open.warnings.join()).toContain("open to other machines");
    expect(gateway.warnings.join()).not.toContain("open to other machines");
  });

  test.each(SIGNALS)("4: %s are taken at their default path", async (signal) => {
    expect((await post(PATHS[signal], PROTOBUF)).status).toBe(200);
  });

  test("5: all four paths can be changed", async () => {
    const paths = SIGNALS.map((signal) => [`${signal}_url_path`, `/in/${signal}`]);
    const moved = await startTestGateway({ http: Object.fromEntries(paths) });
    for (const signal of SIGNALS) {
      const requests = [rawRequest(`/in/${signal}`, PROTOBUF), rawRequest(PATHS[signal], PROTOBUF)];
      const responses = await Promise.all(requests.map((request) => sendRaw(moved.port, [request])));
      expect(responses.map(([response]) => response?.status)).toEqual([200, 404]);
    }
    await moved.shutdown();
  });

  test("6: protobuf and JSON are told apart on one connection", async () => {
    const requests = [
      rawRequest("/v1/logs", PROTOBUF, requestProto("logs")),
      rawRequest("/v1/logs", JSON_TYPE, requestJson("logs")),
    ];
    const responses = await sendRaw(gateway.port, requests, 2);
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
    expect(responses.map(({ headers }) => headers.get("content-type"))).toEqual([
      "application/x-protobuf",
      "application/json",
    ]);
  });

  const matrix = SIGNALS.flatMap((signal) => ENCODINGS.map(([name, encode]) => ({ signal, name, encode })));
  test.each(matrix)("9, 10: $signal with $name", async ({ signal, name, encode }) => {
    const headers = name === "identity" ? {} : { "content-encoding": name };
    const before = itemsPrinted();
    const proto = await post(PATHS[signal], { ...PROTOBUF, ...headers }, encode(requestProto(signal)));
    const json = await post(PATHS[signal], { ...JSON_TYPE, ...headers }, encode(requestJson(signal)));
    expect([proto.status, json.status]).toEqual([200, 200]);
    expect(itemsPrinted() - before).toBe(2);
  });

  test.each(["br", "lz4", "snappy", "foo", "gzip, gzip", "gzip,identity", "x-gzip"])(
    "10, 11: Content-Encoding %s is refused with 415 and a Status",
    async (encoding) => {
      const response = await post("/v1/logs", { ...PROTOBUF, "content-encoding": encoding }, Buffer.of(1));
      expect(response.status).toBe(415);
      expect(statusOf(response).message).toContain("Content-Encoding");
    },
  );

  test.each(ENCODINGS.slice(1))("bytes behind the end of a %s stream are refused", async (name, encode) => {
    const body = Buffer.concat([encode(requestProto("logs")), Buffer.from("behind")]);
    const response = await post("/v1/logs", { ...PROTOBUF, "content-encoding": name }, body);
    expect(response.status).toBe(400);
  });

  test("10: a zstd frame that wants a window over 8 MiB is refused", async () => {
    // A frame header with window descriptor 0x88 (exponent 17: 2^27 bytes), and an empty last block.
    const frame = Buffer.from("28b52ffd0088010000", "hex");
    const response = await post("/v1/logs", { ...PROTOBUF, "content-encoding": "zstd" }, frame);
    expect(response.status).toBe(400);
  });

  test("11: two Content-Encoding headers are refused", async () => {
    const body = gzipSync(requestProto("logs"));
    const head = `POST /v1/logs HTTP/1.1\r\nhost: g\r\ncontent-type: application/x-protobuf\r\ncontent-encoding: gzip\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`;
    expect((await raw(head, body)).status).toBe(415);
  });

  test.each([
    ["application/json; charset=utf-8", 200],
    ["Application/JSON", 200],
    ["APPLICATION/X-PROTOBUF ; v=1", 200],
    ["application/protobuf", 415],
    ["application/jsonx", 415],
    ["text/plain", 415],
    ["application/grpc", 415],
    ["", 415],
  ])("12: Content-Type %j is answered %i", async (contentType, status) => {
    expect((await post("/v1/logs", { "content-type": contentType })).status).toBe(status);
  });

  test("12: a missing and a repeated Content-Type are refused", async () => {
    expect((await post("/v1/logs", {})).status).toBe(415);
    const twice =
      "POST /v1/logs HTTP/1.1\r\nhost: g\r\ncontent-type: application/json\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
    expect((await raw(twice)).status).toBe(415);
  });

  test.each(["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])("13: %s is answered 405", async (method) => {
    const response = await raw(rawRequest("/v1/logs", PROTOBUF, Buffer.alloc(0), method));
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    expect(statusOf(response).message).toContain("POST");
  });

  test.each(["/", "/v1/logs/", "/v1/LOGS", "/v1/events", "/v1%2Flogs"])(
    "13: %s is answered 404",
    async (path) => {
      const response = await post(path, PROTOBUF);
      expect([response.status, response.headers.get("content-type")]).toEqual([
        404,
        "application/x-protobuf",
      ]);
      expect(statusOf(response).message).not.toBe("");
    },
  );

  test("14: the body is asked for with 100 Continue, and only if it is wanted", async () => {
    const body = requestProto("logs");
    const expecting = { ...PROTOBUF, expect: "100-continue", "content-length": String(body.length) };
    const [interim, final] = await sendRaw(gateway.port, [rawRequest("/v1/logs", expecting), body], 2);
    expect([interim?.status, final?.status]).toEqual([100, 200]);
    const unwanted = rawRequest("/v1/logs", { ...expecting, "content-length": String(LIMIT + 1) });
    expect((await raw(unwanted)).status).toBe(413);
  });

  test("14: chunked bodies are accepted, byte by byte", async () => {
    const chunks = [...requestProto("logs")].map((byte) => Buffer.from([0x31, 13, 10, byte, 13, 10]));
    const head = rawRequest("/v1/logs", { ...PROTOBUF, "transfer-encoding": "chunked" });
    expect((await raw(head, Buffer.concat(chunks), "0\r\n\r\n")).status).toBe(200);
  });

  test("14: Content-Length and Transfer-Encoding together are refused", async () => {
    const both = { ...PROTOBUF, "content-length": "5", "transfer-encoding": "chunked" };
    const response = await raw(rawRequest("/v1/logs", both), "0\r\n\r\n");
    expect(response.status).toBe(400);
    expect(statusOf(response).message).not.toBe("");
  });

  test("15, 16: success, refusal and partial success come in the request's own type", async () => {
    const broken = Buffer.from("{");
    for (const [headers, type] of [
      [PROTOBUF, "application/x-protobuf"],
      [JSON_TYPE, "application/json"],
    ] as const) {
      const responses = [await post("/v1/logs", headers), await post("/v1/logs", headers, broken)];
      expect(responses.map(({ status }) => status)).toEqual([200, 400]);
      expect(responses.map(({ headers: got }) => got.get("content-type"))).toEqual([type, type]);
    }
  });

  test("17: responses are never compressed, asked for or not", async () => {
    for (const accept of [{}, { "accept-encoding": "gzip" }]) {
      const response = await post("/v1/logs", { ...JSON_TYPE, ...accept });
      expect(response.headers.has("content-encoding")).toBe(false);
      expect(response.body.toString()).toBe("{}");
    }
  });
});

describe("B: sizes and limits", () => {
  test("18, 19: a body of the limit passes, one byte more is answered 413", async () => {
    const body = sized(LIMIT);
    expect((await post("/v1/logs", PROTOBUF, body)).status).toBe(200);
    const response = await post("/v1/logs", PROTOBUF, sized(LIMIT + 1));
    expect(response.status).toBe(413);
    expect(statusOf(response).message).not.toBe("");
  });

  test.each(ENCODINGS.slice(1))("18: a %s bomb is answered 413", async (name, encode) => {
    const bomb = encode(Buffer.alloc(64 * LIMIT));
    expect(bomb.length).toBeLessThan(LIMIT);
    const response = await post("/v1/logs", { ...PROTOBUF, "content-encoding": name }, bomb);
    expect(response.status).toBe(413);
  });

  test("18: gzip in gzip is undone once, and is then no OTLP", async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(64 * LIMIT)));
    const response = await post("/v1/logs", { ...PROTOBUF, "content-encoding": "gzip" }, bomb);
    expect(response.status).toBe(400);
  });

  test("18: an endless chunked body is answered 413", async () => {
    const head = rawRequest("/v1/logs", { ...PROTOBUF, "transfer-encoding": "chunked" });
    const chunk = Buffer.concat([Buffer.from("80000\r\n"), Buffer.alloc(0x80000), Buffer.from("\r\n")]);
    expect((await raw(head, chunk, chunk, chunk)).status).toBe(413);
  });

  test("22: the default limit is 64 MiB", async () => {
    const MIB = 1024 * 1024;
    const roomy = await startTestGateway();
    const send = async (bytes: number) =>
      (await fetch(`${roomy.url}/v1/logs`, { method: "POST", headers: PROTOBUF, body: sized(bytes) })).status;
    expect(await send(63.9 * MIB)).toBe(200);
    expect(await send(64 * MIB + 1)).toBe(413);
    await roomy.shutdown();
  });

  test("23: a Content-Length over the limit is refused before any of the body comes", async () => {
    const head = rawRequest("/v1/logs", { ...PROTOBUF, "content-length": String(2 ** 40) });
    expect((await raw(head)).status).toBe(413);
  });

  test("24, 25: a partial success that would not fit loses text, never the number", async () => {
    const small = await rejecting({ max_response_body_size: 24 });
    const [response] = await sendRaw(small.port, [
      rawRequest("/v1/logs", PROTOBUF, requestProto("logs", ["a", "b", "c"])),
    ]);
    await small.shutdown();
    expect(response?.status).toBe(200);
    expect(response?.body.length).toBeLessThanOrEqual(24);
    expect(response?.body.subarray(2, 4)).toEqual(Buffer.of(0x08, 3)); // rejected_log_records: 3
  });

  test("26: a response that can't fit is answered 500, itself within the limit", async () => {
    const tiny = await rejecting({ max_response_body_size: 1 });
    const [response] = await sendRaw(tiny.port, [rawRequest("/v1/logs", PROTOBUF, requestProto("logs"))]);
    await tiny.shutdown();
    expect([response?.status, response?.body.length]).toEqual([500, 0]);
  });

  test("32: JSON nested 40 values deep passes, deeper than the limit is answered 400", async () => {
    expect((await post("/v1/logs", JSON_TYPE, nestedJson(40))).status).toBe(200);
    for (const depth of [99, 1_000, 10_000])
      expect((await post("/v1/logs", JSON_TYPE, nestedJson(depth))).status, `${depth}`).toBe(400);
  });

  test("32: protobuf nested past the limit is withheld, and the process lives", async () => {
    const before = itemsPrinted();
    for (const depth of [40, 99, 1_000, 20_000])
      expect((await post("/v1/logs", PROTOBUF, nestedProto(depth))).status, `${depth}`).toBe(200);
    const withheld = gateway.printed.slice(before).filter((line) => line.includes("withheld"));
    expect(withheld).toHaveLength(3);
  });
});

describe("C: success", () => {
  test.each(SIGNALS)("34, 35, 39: %s are answered 200, with nothing in the body", async (signal) => {
    const proto = await post(PATHS[signal], PROTOBUF, requestProto(signal));
    const json = await post(PATHS[signal], JSON_TYPE, requestJson(signal));
    expect([proto.status, proto.body.length]).toEqual([200, 0]);
    expect([json.status, json.body.toString()]).toEqual([200, "{}"]);
  });

  const EMPTY_ENVELOPES: Readonly<Record<Signal, string>> = {
    logs: '{"resourceLogs":[{"scopeLogs":[{}]}]}',
    traces: '{"resourceSpans":[{"scopeSpans":[{}]}]}',
    metrics: '{"resourceMetrics":[{"scopeMetrics":[{}]}]}',
    profiles: '{"resourceProfiles":[{"scopeProfiles":[{}]}]}',
  };
  const empties = SIGNALS.flatMap((signal) => ENCODINGS.map(([name, encode]) => ({ signal, name, encode })));
  test.each(empties)(
    "36, 37: empty $signal with $name succeed, and nothing is sent on",
    async ({ signal, name, encode }) => {
      const before = itemsPrinted();
      const headers = name === "identity" ? {} : { "content-encoding": name };
      for (const [type, body] of [
        [PROTOBUF, ""],
        [JSON_TYPE, "{}"],
        [JSON_TYPE, EMPTY_ENVELOPES[signal]],
      ] as const) {
        const response = await post(PATHS[signal], { ...type, ...headers }, encode(Buffer.from(body)));
        expect(response.status).toBe(200);
      }
      expect(itemsPrinted()).toBe(before);
    },
  );
});

describe("D: partial success", () => {
  const INDICES = {
    logs: '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValueStrindex":7}}]}]}]}',
    traces:
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"keyStrindex":7,"value":{"boolValue":true}}]}]}]}]}',
    metrics:
      '{"resourceMetrics":[{"resource":{"attributes":[{"key":"k","value":{"stringValueStrindex":7}}]},"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{}]}}]}]}]}',
  };

  test.each(Object.entries(INDICES))(
    "44, 110: %s with string indices are accepted whole, as if there were none, with a warning",
    async (signal, request) => {
      const before = itemsPrinted();
      const proto = Buffer.from(jsonToProto(signal as Signal, Buffer.from(request)));
      const answers = [
        await post(PATHS[signal as Signal], JSON_TYPE, Buffer.from(request)),
        await post(PATHS[signal as Signal], PROTOBUF, proto),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      const { errorMessage, ...rest } = JSON.parse(answers[0]!.body.toString()).partialSuccess;
      expect(errorMessage).toContain("nothing outside of profiles");
      expect(rest).toEqual({}); // no number: 0
      expect(answers[1]!.body.toString()).toContain(errorMessage);
      expect(itemsPrinted() - before).toBe(2);
    },
  );
});

describe("F: failures", () => {
  const refused: readonly [
    name: string,
    status: number,
    path: string,
    headers: Record<string, string>,
    body: string,
  ][] = [
    ["an unknown path", 404, "/v1/nothing", {}, ""],
    ["a body too large", 413, "/v1/logs", { "content-length": String(LIMIT + 1) }, ""],
    ["an unknown compression", 415, "/v1/logs", { "content-encoding": "br" }, ""],
    ["a broken body", 400, "/v1/logs", {}, "{\x02"],
    ["an unmet expectation", 417, "/v1/logs", { expect: "200-ok" }, ""],
  ];
  test.each(refused)(
    "69, 70: %s is answered %i with a Status in the request's encoding",
    async (_, status, path, headers, body) => {
      for (const type of [PROTOBUF, JSON_TYPE]) {
        const response = await post(path, { ...type, ...headers }, Buffer.from(body));
        expect(response.status).toBe(status);
        expect(response.headers.get("content-type")).toBe(type["content-type"]);
        expect(statusOf(response)).toMatchObject({
          code: expect.any(Number),
          message: expect.stringMatching(/./),
        });
      }
    },
  );

  test("69: what is no HTTP at all is answered in JSON", async () => {
    const response = await raw("NONSENSE\r\n\r\n");
    expect([response.status, response.headers.get("content-type")]).toEqual([400, "application/json"]);
    expect(statusOf(response).message).toBe("not a well-formed HTTP request");
  });

  test("69: headers over 16 KiB are answered 431", async () => {
    const response = await post("/v1/logs", { ...JSON_TYPE, padding: "x".repeat(17_000) });
    expect(response.status).toBe(431);
    expect(statusOf(response).message).not.toBe("");
  });

  test("69: a body that does not arrive in time is answered 408 in the request's encoding", async () => {
    const hasty = await startTestGateway({ http: { read_timeout: "200ms", read_header_timeout: "200ms" } });
    const head = rawRequest("/v1/logs", { ...PROTOBUF, "content-length": "10" }, Buffer.of(1));
    const [body] = await sendRaw(hasty.port, [head]);
    const [headers] = await sendRaw(hasty.port, ["POST /v1/logs HTTP/1.1\r\nhost:"]);
    await hasty.shutdown();
    expect([body?.status, body?.headers.get("content-type")]).toEqual([408, "application/x-protobuf"]);
    expect([headers?.status, headers?.headers.get("content-type")]).toEqual([408, "application/json"]);
  });

  test("71, 72: what can't be decoded is answered 400 with BadRequest and the byte offset", async () => {
    const cases = [
      [PROTOBUF, Buffer.from("0a7f61", "hex"), /^byte \d+: /],
      [JSON_TYPE, Buffer.from('{"resourceLogs":[{]}'), /^byte \d+: /],
      [JSON_TYPE, Buffer.from('{"resourceLogs":"x"}'), /^resourceLogs/],
    ] as const;
    for (const [headers, body, message] of cases) {
      const response = await post("/v1/logs", headers, body);
      const status = statusOf(response);
      expect([response.status, status.code]).toEqual([400, 3]);
      expect(status.message).toMatch(message);
      expect(status.details).toEqual(["type.googleapis.com/google.rpc.BadRequest"]);
    }
  });

  test("71: a Status in JSON has exactly the keys of the mapping", async () => {
    const response = await post("/v1/logs", JSON_TYPE, Buffer.from("["));
    expect(JSON.parse(response.body.toString())).toEqual({
      code: 3,
      message: expect.any(String),
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.BadRequest",
          fieldViolations: [{ field: expect.any(String), description: expect.any(String) }],
        },
      ],
    });
  });

  test("72: every cut of a good request is refused or whole, and nothing of a refused one is sent on", async () => {
    const whole = requestProto("logs");
    for (let length = 1; length < whole.length; length++) {
      const before = itemsPrinted();
      const response = await post("/v1/logs", PROTOBUF, whole.subarray(0, length));
      expect([200, 400]).toContain(response.status);
      if (response.status === 400) expect(itemsPrinted()).toBe(before);
    }
  });

  test("72: a canary in a broken request is in no answer", async () => {
    const canary = "canary-4111111111111111";
    const bodies = [
      `{"resourceLogs":[{"${canary}":"${canary}","scopeLogs":"${canary}"}]}`,
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"${canary}"}]}]}]}`,
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"${canary}`,
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"${canary}"}]}]}]}`,
    ];
    for (const body of bodies) {
      const response = await post(`/v1/logs?${canary}`, { ...JSON_TYPE, "x-id": canary }, Buffer.from(body));
      expect(response.status).toBe(400);
      expect(response.body.toString()).not.toContain(canary);
    }
  });
});

test("a signal that no pipeline takes is answered 404", async () => {
  const onlyLogs = await startGateway({
    config: {
      receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
      processors: { policy: {} },
      exporters: { debug: {} },
      service: {
        extensions: [],
        telemetry: { metrics: { level: "none" } },
        pipelines: {
          logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"], ack: "delivered" },
        },
      },
    },
  });
  const url = `http://${onlyLogs.endpoints["receivers.otlp"]?.http}`;
  const response = await fetch(`${url}/v1/traces`, { method: "POST", headers: JSON_TYPE, body: "{}" });
  await onlyLogs.shutdown();
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ message: "no pipeline takes this signal" });
});

/** A log request of exactly so many bytes. */
function sized(bytes: number): Buffer {
  const overhead = requestProto("logs", ["x".repeat(bytes - 200)]).length - (bytes - 200);
  return requestProto("logs", ["x".repeat(bytes - overhead)]);
}

/** A gateway whose policy is followed by a processor that drops everything. */
function rejecting(http: object): Promise<TestGateway> {
  const reject = defineProcessor({
    type: "reject",
    description: "Drops everything.",
    configSchema: z.strictObject({}),
    capabilities: { adds_text: false },
    create: () => ({ process: () => ({ reason: "not_wanted_in_this_test" }) }),
  });
  return startTestGateway({
    http,
    components: [reject],
    processors: { policy: {}, reject: {} },
    chain: ["policy", "reject"],
  });
}
