import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { defineProcessor } from "@scrim/pipeline";
import { FieldWalker, SIGNALS, type Signal } from "@scrim/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { framed, type GrpcAnswer, type GrpcCall, grpcCall } from "../../../../testing/grpc-call.ts";
import { nestedProto, requestProto } from "../../../../testing/otlp.ts";
import {
  DATA,
  END_HEADERS,
  END_STREAM,
  frame,
  HEADERS,
  headerBlock,
  openSession,
  RST_STREAM,
} from "../../../../testing/raw-http2.ts";
import { startTestGateway, type TestGateway } from "../../../../testing/test-gateway.ts";
import { GrpcConfig } from "../config/grpc-config.ts";
import { GRPC_PATHS, HEALTH_PATH } from "./paths.ts";

/** Tests are named by the numbers of the OTLP conformance checklist in this package's CONFORMANCE.md. */

const OK = 0;
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const UNAVAILABLE = 14;

const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

const MIB = 1024 * 1024;

const ENCODINGS: readonly [name: string, encode: (body: Buffer) => Buffer][] = [
  ["identity", (body) => body],
  ["gzip", (body) => gzipSync(body)],
  ["zstd", (body) => zstdCompressSync(body)],
  ["deflate", (body) => deflateSync(body)],
];

/** A processor that does what the test says. */
let behave: () => Promise<{ reason: string } | undefined> = async () => undefined;
const scripted = defineProcessor({
  type: "scripted",
  description: "Does what a test says.",
  configSchema: z.strictObject({}),
  capabilities: { adds_text: false },
  create: () => ({ process: async (batch) => (await behave()) ?? batch }),
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    grpc: { max_recv_msg_size_mib: 1 },
    components: [scripted],
    processors: { policy: {}, scripted: {} },
    chain: ["policy", "scripted"],
  });
});
afterAll(() => gateway.shutdown());

const call = (options: GrpcCall): Promise<GrpcAnswer> => grpcCall(gateway.grpcPort, options);

const exportLogs = (
  body: Buffer | readonly Buffer[],
  headers: Readonly<Record<string, string | string[]>> = {},
): Promise<GrpcAnswer> => call({ path: GRPC_PATHS.logs, body, headers });

/** An error in the one frame of headers that ends the stream. */
function expectTrailersOnly(answer: GrpcAnswer, status: number): void {
  expect([answer.status, answer.headers[":status"], answer.trailers, answer.body.length]).toEqual([
    status,
    200,
    undefined,
    0,
  ]);
  expect(answer.headers["content-type"]).toBe("application/grpc");
  expect(answer.message).toMatch(/./);
}

describe("A, C: services and success", () => {
  test.each(SIGNALS)(
    "3, 34, 35: %s are taken, and answered OK with nothing in the message",
    async (signal) => {
      const before = gateway.printed.length;
      const answer = await call({ path: GRPC_PATHS[signal], body: framed(requestProto(signal)) });
      expect([answer.status, answer.headers[":status"], answer.body]).toEqual([
        OK,
        200,
        framed(Buffer.alloc(0)),
      ]);
      expect(answer.headers["content-type"]).toBe("application/grpc");
      expect(answer.trailers?.["grpc-status"]).toBe("0");
      expect(gateway.printed.length).toBe(before + 1);
    },
  );

  const matrix = SIGNALS.flatMap((signal) => ENCODINGS.map(([name, encode]) => ({ signal, name, encode })));
  test.each(matrix)("9, 10, 36: $signal with $name, full and empty", async ({ signal, name, encode }) => {
    const flag = name === "identity" ? 0 : 1;
    for (const message of [requestProto(signal), Buffer.alloc(0)]) {
      const body = framed(encode(message), flag);
      const answer = await call({ path: GRPC_PATHS[signal], body, headers: { "grpc-encoding": name } });
      expect(answer.status).toBe(OK);
    }
  });

  test("39 to 42: a partial success says how many, in the message of its own service", async () => {
    behave = async () => ({ reason: "not_wanted_in_this_test" });
    for (const signal of SIGNALS) {
      const answer = await call({
        path: GRPC_PATHS[signal],
        body: framed(requestProto(signal, ["a", "b", "c"])),
      });
      const rejected = numberIn(answer.body.subarray(5));
      expect([answer.status, rejected]).toEqual([OK, 3]);
      expect(answer.body.toString()).toContain("3 items were left out: not_wanted_in_this_test");
    }
    behave = async () => undefined;
  });

  test("32: a message nested too deep is withheld in part, and the process lives", async () => {
    for (const depth of [40, 99, 20_000])
      expect((await exportLogs(framed(nestedProto(depth)))).status, `${depth}`).toBe(OK);
  });
});

describe("B: sizes", () => {
  test("20, 21, 23: over the limit is RESOURCE_EXHAUSTED by the prefix alone, without RetryInfo", async () => {
    const prefix = framed(Buffer.alloc(0));
    prefix.writeUInt32BE(MIB + 1, 1);
    const answer = await call({ path: GRPC_PATHS.logs, body: prefix, open: true });
    expectTrailersOnly(answer, RESOURCE_EXHAUSTED);
    expect(answer.details).toEqual([]);
    prefix.writeUInt32BE(2 ** 32 - 1, 1);
    expect((await call({ path: GRPC_PATHS.logs, body: prefix, open: true })).status).toBe(RESOURCE_EXHAUSTED);
  });

  test("22: the limit is 64 MiB unless configured", () => {
    expect(GrpcConfig.parse({}).max_recv_msg_size_mib).toBe(64);
  });

  test("20: a message of the limit passes", async () => {
    const room = requestProto("logs", [""]).length + 16;
    const message = requestProto("logs", ["x".repeat(MIB - room)]);
    expect(message.length).toBeLessThanOrEqual(MIB);
    expect((await exportLogs(framed(message))).status).toBe(OK);
  });

  test.each(ENCODINGS.slice(1))("20, 21: a %s bomb is RESOURCE_EXHAUSTED", async (name, encode) => {
    const bomb = encode(Buffer.alloc(64 * MIB));
    const answer = await exportLogs(framed(bomb, 1), { "grpc-encoding": name });
    expectTrailersOnly(answer, RESOURCE_EXHAUSTED);
  });
});

describe("E: failures", () => {
  test("51: what can't be decoded is INVALID_ARGUMENT with BadRequest", async () => {
    const answer = await exportLogs(framed(Buffer.from("0a7f61", "hex")));
    expectTrailersOnly(answer, INVALID_ARGUMENT);
    expect(answer.details).toEqual([BAD_REQUEST]);
    expect(answer.message).toMatch(/^byte \d+: /);
    const broken = await exportLogs(framed(Buffer.from("no gzip"), 1), { "grpc-encoding": "gzip" });
    expectTrailersOnly(broken, INVALID_ARGUMENT);
  });

  test("49, 52, 53: what may succeed later is UNAVAILABLE with a RetryInfo of 1 to 60 s that differs", async () => {
    behave = async () => {
      throw new Error("a passing fault");
    };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => exportLogs(framed(requestProto("logs")))),
    );
    behave = async () => undefined;
    for (const answer of answers) {
      expectTrailersOnly(answer, UNAVAILABLE);
      expect(answer.details).toEqual([RETRY_INFO]);
      expect(String(answer.headers["grpc-status-details-bin"])).not.toContain("=");
    }
    const delays = answers.map((answer) => retryDelayMs(answer));
    for (const delay of delays) expect(delay).toBeGreaterThanOrEqual(1_000);
    for (const delay of delays) expect(delay).toBeLessThanOrEqual(60_000);
    expect(new Set(delays).size).toBeGreaterThan(1);
  });

  test("50: an error is one HEADERS frame with END_STREAM on the wire, then the rest is not wanted", async () => {
    const session = openSession(gateway.grpcPort);
    const headers = {
      ":method": "POST",
      ":scheme": "http",
      ":authority": "gateway",
      ":path": "/nothing/Here",
      "content-type": "application/grpc",
    };
    session.send(frame(HEADERS, END_HEADERS, 1, headerBlock(headers)));
    const answer = await session.wait(({ type, stream }) => type === HEADERS && stream === 1);
    expect(answer!.flags & END_STREAM).toBe(END_STREAM);
    const reset = await session.wait(({ type, stream }) => type === RST_STREAM && stream === 1);
    expect(reset!.payload.readUInt32BE(0)).toBe(0);
    expect(session.frames.some(({ type }) => type === DATA)).toBe(false);
    // The connection is as good as before.
    session.send(
      frame(HEADERS, END_HEADERS, 3, headerBlock({ ...headers, ":path": GRPC_PATHS.logs })),
      frame(DATA, END_STREAM, 3, framed(requestProto("logs"))),
    );
    expect(await session.wait(({ type, stream }) => type === DATA && stream === 3)).toBeDefined();
    session.socket.destroy();
  });

  test.each([
    "/nothing",
    "/",
    GRPC_PATHS.logs.toLowerCase(),
    `${GRPC_PATHS.logs}/`,
    "/grpc.health.v1.Health/Watch",
  ])("59: %s is UNIMPLEMENTED, and 200 over HTTP", async (path) => {
    expectTrailersOnly(await call({ path, body: framed(Buffer.alloc(0)) }), UNIMPLEMENTED);
  });

  test.each([
    ["application/grpc", 200],
    ["application/grpc+proto", 200],
    ["Application/GRPC; charset=utf-8", 200],
    ["application/grpc+json", 415],
    ["application/grpc-web", 415],
    ["application/grpcx", 415],
    ["application/json", 415],
    ["application/x-protobuf", 415],
    ["", 415],
  ])("60: content-type %j is %i over HTTP", async (type, status) => {
    const answer = await exportLogs(framed(requestProto("logs")), { "content-type": type });
    expect(answer.headers[":status"]).toBe(status);
    expect(answer.status).toBe(status === 200 ? OK : INVALID_ARGUMENT);
  });

  test("60: only POST is a call", async () => {
    const answer = await call({ path: GRPC_PATHS.logs, method: "PUT", body: framed(Buffer.alloc(0)) });
    expect(answer.headers[":status"]).toBe(405);
  });

  test.each(["br", "snappy", "lz4", "foo", "gzip,gzip", "gzip, identity"])(
    "10, 11, 61: grpc-encoding %s is UNIMPLEMENTED, with what is accepted",
    async (encoding) => {
      const answer = await exportLogs(framed(requestProto("logs"), 1), { "grpc-encoding": encoding });
      expectTrailersOnly(answer, UNIMPLEMENTED);
      expect(answer.headers["grpc-accept-encoding"]).toBe("identity,gzip,zstd,deflate");
    },
  );

  const good = requestProto("logs");
  const framings: readonly [
    name: string,
    body: Buffer | readonly Buffer[],
    headers: Record<string, string>,
    status: number,
  ][] = [
    ["61: compressed without an encoding", framed(gzipSync(good), 1), {}, INTERNAL],
    ["61: compressed by identity", framed(good, 1), { "grpc-encoding": "identity" }, INTERNAL],
    ["62: not compressed where gzip is named", framed(good), { "grpc-encoding": "gzip" }, OK],
    ["62: a flag of 2", framed(good, 2), {}, INTERNAL],
    ["62: a flag of 255", framed(good, 255), {}, INTERNAL],
    ["62: bytes behind the message", Buffer.concat([framed(good), Buffer.of(0)]), {}, INTERNAL],
    ["62: a second message", Buffer.concat([framed(good), framed(good)]), {}, INTERNAL],
    ["62: a second message in a piece of its own", [framed(good), framed(good)], {}, INTERNAL],
    ["62: no message", Buffer.alloc(0), {}, INTERNAL],
    ["62: half a prefix", Buffer.of(0, 0, 0), {}, INTERNAL],
    ["62: a message cut short", framed(good).subarray(0, -1), {}, INTERNAL],
    ["62: byte by byte", [...framed(good)].map((byte) => Buffer.of(byte)), {}, OK],
  ];
  test.each(framings)("%s", async (_, body, headers, status) => {
    const before = gateway.printed.length;
    const answer = await exportLogs(body, headers);
    expect(answer.status).toBe(status);
    expect(gateway.printed.length - before).toBe(status === OK ? 1 : 0);
    if (status !== OK) expectTrailersOnly(answer, status);
  });

  test.each(["1", "S", "-1S", "1.5S", "123456789S", "1s", "1 S", "", "1SS"])(
    "63: grpc-timeout %j is refused",
    async (timeout) => {
      const answer = await exportLogs(framed(good), { "grpc-timeout": timeout });
      expectTrailersOnly(answer, INVALID_ARGUMENT);
    },
  );

  test.each(["10S", "99999999H", "1M", "5000m"])("63: grpc-timeout %s is time enough", async (timeout) => {
    expect((await exportLogs(framed(good), { "grpc-timeout": timeout })).status).toBe(OK);
  });

  test("63: behind its deadline a call is answered DEADLINE_EXCEEDED, and counted once", async () => {
    let free = (): void => {};
    behave = async () => {
      await new Promise<void>((resolve) => {
        free = resolve;
      });
      return undefined;
    };
    const requests = () => counted("otelcol_receiver_requests_total");
    const before = requests();
    const answer = await exportLogs(framed(good), { "grpc-timeout": "50m" });
    expectTrailersOnly(answer, DEADLINE_EXCEEDED);
    free();
    behave = async () => undefined;
    expect((await exportLogs(framed(good))).status).toBe(OK);
    expect(requests() - before).toBe(2);
    const unsent = await call({
      path: GRPC_PATHS.logs,
      headers: { "grpc-timeout": "50m" },
      body: framed(good).subarray(0, 9),
      open: true,
    });
    expectTrailersOnly(unsent, DEADLINE_EXCEEDED);
  });

  test("64, 43: nothing that a client sent is in an answer", async () => {
    const canary = "canary-4111111111111111";
    const broken = Buffer.concat([Buffer.from(`0a7f${Buffer.from(canary).toString("hex")}`, "hex")]);
    for (const path of [GRPC_PATHS.logs, `/${canary}/Export`]) {
      const answer = await call({ path, headers: { "x-id": canary }, body: framed(broken) });
      expect(answer.status).not.toBe(OK);
      const details = Buffer.from(String(answer.headers["grpc-status-details-bin"] ?? ""), "base64");
      expect(JSON.stringify(answer.headers) + details.toString()).not.toContain(canary);
    }
  });

  test("68: the health service answers for the server and each service, and knows no other", async () => {
    const check = (service: string) =>
      call({
        path: HEALTH_PATH,
        body: framed(
          service === ""
            ? Buffer.alloc(0)
            : Buffer.concat([Buffer.of(0x0a, service.length), Buffer.from(service)]),
        ),
      });
    for (const service of ["", "opentelemetry.proto.collector.logs.v1.LogsService"]) {
      const answer = await check(service);
      expect([answer.status, answer.body]).toEqual([OK, framed(Buffer.of(0x08, 1))]);
    }
    expectTrailersOnly(await check("no.such.Service"), NOT_FOUND);
  });

  test("128: as soon as the gateway is to go the health service says so, while data is still taken", async () => {
    const leaving = await startTestGateway({ grpc: {}, service: { shutdown_delay: "3s" } });
    const check = () => grpcCall(leaving.grpcPort, { path: HEALTH_PATH, body: framed(Buffer.alloc(0)) });
    expect((await check()).body).toEqual(framed(Buffer.of(0x08, 1)));
    const gone = leaving.shutdown();
    expect((await check()).body).toEqual(framed(Buffer.of(0x08, 2)));
    expect(
      (await grpcCall(leaving.grpcPort, { path: GRPC_PATHS.logs, body: framed(requestProto("logs")) }))
        .status,
    ).toBe(OK);
    await gone;
  });
});

function numberIn(response: Buffer): number {
  const outer = new FieldWalker();
  outer.enter(response, 0, response.length);
  expect(outer.next() && outer.field === 1).toBe(true);
  const partial = new FieldWalker();
  partial.enter(response, outer.start, outer.end);
  expect(partial.next() && partial.field === 1).toBe(true);
  return response[partial.start]!;
}

/** `retry_delay` of the RetryInfo in an answer. */
function retryDelayMs(answer: GrpcAnswer): number {
  const status = Buffer.from(String(answer.headers["grpc-status-details-bin"]), "base64");
  const at = [3, 2, 1].reduce(
    ([start, end], field): [number, number] => {
      const walker = new FieldWalker();
      walker.enter(status, start, end);
      while (walker.next()) if (walker.field === field) return [walker.start, walker.end];
      throw new Error(`no field ${field}`);
    },
    [0, status.length] as [number, number],
  );
  const walker = new FieldWalker();
  walker.enter(status, ...at);
  let ms = 0;
  while (walker.next()) {
    let value = 0;
    for (let pos = walker.end - 1; pos >= walker.start; pos--) value = value * 128 + (status[pos]! & 0x7f);
    ms += walker.field === 1 ? value * 1_000 : value / 1e6;
  }
  return ms;
}

function counted(name: string): number {
  const lines = gateway.metrics.exposition().split("\n");
  return lines
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

/** The signals are those of the methods, each with a path of its own. */
test("3: the paths are those of the proto files", () => {
  const paths: Readonly<Record<Signal, string>> = {
    logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    profiles: "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export",
  };
  expect(GRPC_PATHS).toEqual(paths);
});
