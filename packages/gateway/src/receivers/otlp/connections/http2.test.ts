import { execFile } from "node:child_process";
import { connect as connectHttp2, constants } from "node:http2";
import { connect } from "node:net";
import { defineProcessor, type Processed } from "@scrim/pipeline";
import { SIGNALS } from "@scrim/wire";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { decodeStatus } from "../../../../testing/decode-status.ts";
import { callOn, framed, grpcCall } from "../../../../testing/grpc-call.ts";
import { PATHS, requestJson, requestProto } from "../../../../testing/otlp.ts";
import {
  ACK,
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  frame,
  GOAWAY,
  HEADERS,
  headerBlock,
  openSession,
  PING,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from "../../../../testing/raw-http2.ts";
import { startTestGateway, type TestGateway } from "../../../../testing/test-gateway.ts";
import { GRPC_PATHS } from "../grpc/paths.ts";

const PROTOBUF = { "content-type": "application/x-protobuf" };
const ENHANCE_YOUR_CALM = 11;

const OPEN_LOGS = {
  ":method": "POST",
  ":scheme": "http",
  ":authority": "gateway",
  ":path": "/v1/logs",
  ...PROTOBUF,
};

/** A processor that holds batches back until it is told to let them go. */
function holding() {
  const waiting: (() => void)[] = [];
  return {
    waiting,
    component: defineProcessor({
      type: "holding",
      description: "Holds batches back.",
      configSchema: z.strictObject({}),
      capabilities: { adds_text: false },
      create: () => ({
        process: (batch) => new Promise<Processed>((resolve) => waiting.push(() => resolve(batch))),
      }),
    }),
    options: { processors: { policy: {}, holding: {} }, chain: ["policy", "holding"] },
  };
}

async function start(options: Parameters<typeof startTestGateway>[0] = {}): Promise<TestGateway> {
  const gateway = await startTestGateway(options);
  onTestFinished(() => gateway.shutdown());
  return gateway;
}

const counted = (gateway: TestGateway, reason: string): number =>
  gateway.metrics
    .exposition()
    .split("\n")
    .filter(
      (line) =>
        line.startsWith("scrim_receiver_refused_requests_total") && line.includes(`reason="${reason}"`),
    )
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);

describe("OTLP/HTTP over HTTP/2", () => {
  test("7: all signals are taken with prior knowledge, beside HTTP/1.1 on the same port", async () => {
    const gateway = await start();
    const session = connectHttp2(gateway.url);
    for (const signal of SIGNALS) {
      const proto = await callOn(session, {
        path: PATHS[signal],
        headers: PROTOBUF,
        body: requestProto(signal),
      });
      expect([proto.headers[":status"], proto.body.length, proto.trailers]).toEqual([200, 0, undefined]);
      const json = await callOn(session, {
        path: PATHS[signal],
        headers: { "content-type": "application/json" },
        body: requestJson(signal),
      });
      expect([json.headers[":status"], json.body.toString()]).toEqual([200, "{}"]);
    }
    session.destroy();
    const plain = await fetch(`${gateway.url}/v1/logs`, { method: "POST", headers: PROTOBUF });
    expect(plain.status).toBe(200);
  });

  test("7: curl sends with prior knowledge", async () => {
    const gateway = await start();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const child = execFile(
      "curl",
      [
        "-s",
        "--http2-prior-knowledge",
        "-w",
        "%{http_code} %{http_version}",
        "-H",
        "content-type: application/json",
        "--data-binary",
        "@-",
        `${gateway.url}/v1/logs`,
      ],
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
    child.stdin?.end(requestJson("logs"));
    expect(await promise).toBe("{}200 2");
  });

  const refused: readonly [name: string, status: number, headers: Record<string, string>, method?: string][] =
    [
      ["an unknown path", 404, { ":path": "/nothing" }],
      ["a method that is not served", 405, {}, "PUT"],
      ["a body too large", 413, { "content-length": String(2 ** 40) }],
      ["an unknown compression", 415, { "content-encoding": "br" }],
      ["another type", 415, { "content-type": "text/plain" }],
    ];
  test.each(refused)(
    "13, 69: %s is %i with a Status, before the body comes",
    async (_, status, headers, method) => {
      const gateway = await start();
      const session = connectHttp2(gateway.url);
      const { ":path": path = "/v1/logs", ...others } = headers;
      const options = { path, headers: { ...PROTOBUF, ...others }, open: true, ...(method && { method }) };
      const answer = await callOn(session, options);
      session.destroy();
      expect(answer.headers[":status"]).toBe(status);
      expect(decodeStatus(String(answer.headers["content-type"]), answer.body).message).toMatch(/./);
    },
  );

  test("11: a header that comes twice is refused", async () => {
    const gateway = await start();
    const session = openSession(gateway.port);
    const twice = Buffer.concat([
      headerBlock(OPEN_LOGS),
      headerBlock({ "content-type": "application/json" }),
    ]);
    session.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, twice));
    const answer = await session.wait(({ type }) => type === HEADERS);
    expect(answer).toBeDefined();
    expect(counted(gateway, "content_type")).toBe(1);
    session.socket.destroy();
  });

  test("14: the preface may come byte by byte, and a client that begins like it may still be HTTP/1.1", async () => {
    const gateway = await start();
    const request = `PRI /v1/logs HTTP/1.1\r\nhost: x\r\n\r\n`;
    for (const [bytes, expected] of [
      [Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1"), /^\0\0.\x04/],
      [Buffer.from(request), /^HTTP\/1.1 4/],
    ] as const) {
      const socket = connect(gateway.port, "127.0.0.1");
      const first = new Promise<string>((resolve) =>
        socket.once("data", (piece) => resolve(piece.toString("latin1"))),
      );
      for (const byte of bytes) {
        socket.write(Buffer.of(byte));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(await first).toMatch(expected);
      socket.destroy();
    }
  });
});

describe("life of a connection", () => {
  test("66: at shutdown peers hear GOAWAY, what is in flight is answered, and nothing new is begun", async () => {
    const { component, options, waiting } = holding();
    const gateway = await startTestGateway({ grpc: {}, components: [component], ...options });
    const session = openSession(gateway.grpcPort);
    const open = { ...OPEN_LOGS, ":path": GRPC_PATHS.logs, "content-type": "application/grpc" };
    session.send(
      frame(HEADERS, END_HEADERS, 1, headerBlock(open)),
      frame(DATA, END_STREAM, 1, framed(requestProto("logs"))),
    );
    await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(1);
    const closed = gateway.shutdown();
    const near = await session.wait(({ type }) => type === GOAWAY);
    expect(near!.payload.readUInt32BE(0)).toBe(2 ** 31 - 1);
    const ping = await session.wait(({ type, flags }) => type === PING && (flags & ACK) === 0);
    session.send(frame(PING, ACK, 0, ping!.payload));
    const last = await session.wait(({ type, payload }) => type === GOAWAY && payload.readUInt32BE(0) === 1);
    expect(last!.payload.readUInt32BE(4)).toBe(0);
    session.send(
      frame(HEADERS, END_HEADERS, 3, headerBlock(open)),
      frame(DATA, END_STREAM, 3, framed(requestProto("logs"))),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(waiting).toHaveLength(1);
    waiting[0]!();
    const trailers = await session.wait(
      ({ type, flags, stream }) => type === HEADERS && stream === 1 && (flags & END_STREAM) !== 0,
    );
    expect(trailers).toBeDefined();
    await closed;
    expect(session.frames.some(({ type, stream }) => type === HEADERS && stream === 3)).toBe(false);
  });

  test("67: a connection that is too old is asked to go, and cut behind its grace", async () => {
    const { component, options, waiting } = holding();
    const gateway = await start({
      grpc: {
        keepalive: { server_parameters: { max_connection_age: "1s", max_connection_age_grace: "500ms" } },
      },
      components: [component],
      ...options,
    });
    const session = connectHttp2(`http://127.0.0.1:${gateway.grpcPort}`);
    const goaway = new Promise((resolve) => session.once("goaway", resolve));
    const closed = new Promise((resolve) => session.once("close", resolve));
    const answer = callOn(session, { path: GRPC_PATHS.logs, body: framed(requestProto("logs")) });
    answer.catch(() => {});
    expect(await goaway).toBe(0);
    await closed;
    waiting[0]!();
  });

  test("a connection without requests is asked to go", async () => {
    const gateway = await start({
      http: { idle_timeout: "300ms" },
      grpc: { keepalive: { server_parameters: { max_connection_idle: "1s" } } },
    });
    for (const port of [gateway.port, gateway.grpcPort]) {
      const session = connectHttp2(`http://127.0.0.1:${port}`);
      expect(await new Promise((resolve) => session.once("goaway", resolve))).toBe(0);
      await new Promise((resolve) => session.once("close", resolve));
    }
  });

  test("65: a peer that gives no sign is asked for one, and cut without it", async () => {
    const gateway = await start({
      grpc: { keepalive: { server_parameters: { time: "1s", timeout: "1s" } } },
    });
    const lively = connectHttp2(`http://127.0.0.1:${gateway.grpcPort}`);
    const session = openSession(gateway.grpcPort); // answers no PING
    expect(await session.wait(({ type }) => type === PING)).toBeDefined();
    await session.closed();
    expect(lively.destroyed).toBe(false);
    lively.destroy();
  });

  const unfinished: readonly [name: string, bytes: string][] = [
    ["nothing", ""],
    ["half a preface", "PRI * HTTP/2.0\r\n"],
    ["a preface without settings", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ];
  test.each(unfinished)("33: a connection that sends %s is closed in time", async (_, bytes) => {
    const gateway = await start({ http: { read_header_timeout: "300ms" }, grpc: { read_timeout: "300ms" } });
    for (const port of [gateway.port, gateway.grpcPort]) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {});
      socket.resume();
      socket.write(bytes);
      await new Promise((resolve) => socket.once("close", resolve));
    }
    expect(counted(gateway, "slow")).toBe(2);
  });

  test.each(unfinished.slice(0, 2))(
    "a client that sends %s and ends it is let go at once, and counted as nothing",
    async (_, bytes) => {
      const gateway = await start({ http: { read_header_timeout: "60s" }, grpc: { read_timeout: "60s" } });
      for (const port of [gateway.port, gateway.grpcPort]) {
        const socket = connect(port, "127.0.0.1");
        socket.resume().end(bytes);
        await new Promise((resolve) => socket.once("close", resolve));
      }
      expect(gateway.metrics.exposition()).not.toContain("scrim_receiver_refused_requests_total{");
    },
  );

  test("a body that does not arrive in time is answered, over HTTP and gRPC", async () => {
    const gateway = await start({ http: { read_timeout: "200ms" }, grpc: { read_timeout: "200ms" } });
    const http = connectHttp2(gateway.url);
    const late = await callOn(http, { path: "/v1/logs", headers: PROTOBUF, body: Buffer.of(1), open: true });
    expect(late.headers[":status"]).toBe(408);
    http.destroy();
    const grpc = await grpcCall(gateway.grpcPort, { path: GRPC_PATHS.logs, body: Buffer.of(0), open: true });
    expect(grpc.status).toBe(4);
  });

  test("a stream that is reset in the middle of its body is counted as cut off, and the memory is given back", async () => {
    const gateway = await start();
    const session = openSession(gateway.port);
    session.send(
      frame(HEADERS, END_HEADERS, 1, headerBlock({ ...OPEN_LOGS, "content-length": "100000" })),
      frame(DATA, 0, 1, Buffer.alloc(100)),
    );
    const taken = () =>
      /scrim_receiver_in_flight_bytes\{[^}]*\} (\d+)/.exec(gateway.metrics.exposition())?.[1];
    await expect.poll(taken, { timeout: 20_000 }).toBe("100000");
    session.send(frame(RST_STREAM, 0, 1, Buffer.of(0, 0, 0, 8)));
    await expect.poll(() => counted(gateway, "cut_off"), { timeout: 20_000 }).toBe(1);
    expect(taken()).toBe("0");
    session.socket.destroy();
  });
});

describe("limits", () => {
  test("33: headers over a limit are refused, over gRPC and HTTP, by number and by size", async () => {
    const gateway = await start({ grpc: {}, limits: { max_headers: 20, max_header_size: "1KiB" } });
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`x-${n}`, "1"]));
    const long = { "x-long": "x".repeat(1_100) };
    const body = requestProto("logs");
    for (const [headers, reason] of [
      [many, "header_count"],
      [long, "header_size"],
    ] as const) {
      const grpc = await grpcCall(gateway.grpcPort, { path: GRPC_PATHS.logs, headers, body: framed(body) });
      expect(grpc.status).toBe(8);
      const session = connectHttp2(gateway.url);
      const http = await callOn(session, { path: "/v1/logs", headers: { ...PROTOBUF, ...headers }, body });
      session.destroy();
      expect(http.headers[":status"]).toBe(431);
      const old = await fetch(`${gateway.url}/v1/logs`, {
        method: "POST",
        headers: { ...PROTOBUF, ...headers },
        body: "",
      });
      expect(old.status).toBe(431);
      expect(counted(gateway, reason)).toBe(3);
    }
  });

  test("33: a connection that is refused and stays half open is cut, and makes room for another", async () => {
    const gateway = await start({ limits: { max_connections: 1 } });
    const socket = connect({ port: gateway.port, host: "127.0.0.1", allowHalfOpen: true }).on(
      "error",
      () => {},
    );
    socket.resume().write("NONSENSE\r\n\r\n");
    await new Promise((resolve) => socket.once("end", resolve));
    const answered = async () =>
      (await fetch(`${gateway.url}/v1/logs`, { method: "POST", headers: PROTOBUF }).catch(() => undefined))
        ?.status;
    await expect.poll(answered, { timeout: 20_000 }).toBe(200);
    socket.destroy();
  });

  test("33: connections over the limit are closed and counted, in all and for one address", async () => {
    for (const [limits, reason] of [
      [{ max_connections: 2 }, "connections"],
      [{ max_connections_per_peer: 2 }, "peer_connections"],
    ] as const) {
      const gateway = await start({ grpc: {}, limits });
      const first = [gateway.port, gateway.grpcPort].map((port) => connect(port, "127.0.0.1"));
      await Promise.all(first.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
      const third = connect(gateway.port, "127.0.0.1");
      third.on("error", () => {});
      await new Promise((resolve) => third.once("close", resolve));
      expect(counted(gateway, reason)).toBe(1);
      for (const socket of first) socket.destroy();
      await expect
        .poll(
          async () =>
            (
              await fetch(`${gateway.url}/v1/logs`, { method: "POST", headers: PROTOBUF }).catch(
                () => undefined,
              )
            )?.status,
          { timeout: 20_000 },
        )
        .toBe(200);
    }
  });

  test("33: requests of one address over the limit are UNAVAILABLE and 503", async () => {
    const { component, options, waiting } = holding();
    const gateway = await start({
      grpc: {},
      components: [component],
      ...options,
      limits: { max_requests_per_peer: 1 },
    });
    const body = requestProto("logs");
    const first = grpcCall(gateway.grpcPort, { path: GRPC_PATHS.logs, body: framed(body) });
    await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(1);
    const grpc = await grpcCall(gateway.grpcPort, { path: GRPC_PATHS.logs, body: framed(body) });
    expect([grpc.status, grpc.details]).toEqual([14, ["type.googleapis.com/google.rpc.RetryInfo"]]);
    const http = await fetch(`${gateway.url}/v1/logs`, { method: "POST", headers: PROTOBUF, body });
    expect([http.status, http.headers.has("retry-after")]).toEqual([503, true]);
    waiting[0]!();
    expect((await first).status).toBe(0);
    expect(counted(gateway, "peer_requests")).toBe(2);
  });

  test("33: streams over the limit are refused", async () => {
    const { component, options, waiting } = holding();
    const gateway = await start({ grpc: { max_concurrent_streams: 2 }, components: [component], ...options });
    const session = openSession(gateway.grpcPort);
    const open = { ...OPEN_LOGS, ":path": GRPC_PATHS.logs, "content-type": "application/grpc" };
    const settings = await session.wait(({ type, flags }) => type === SETTINGS && (flags & ACK) === 0);
    expect(settings!.payload.includes(Buffer.of(0, 3, 0, 0, 0, 2))).toBe(true);
    const begin = (stream: number) =>
      session.send(
        frame(HEADERS, END_HEADERS, stream, headerBlock(open)),
        frame(DATA, END_STREAM, stream, framed(requestProto("logs"))),
      );
    begin(1);
    begin(3);
    await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(2);
    // A reset makes room for a stream, not for the work that is still done.
    session.send(frame(RST_STREAM, 0, 1, Buffer.of(0, 0, 0, 8)));
    begin(5);
    // By Node where the stream is not gone yet, by us where it is.
    const refusal = await session.wait(
      ({ type, stream }) => stream === 5 && (type === HEADERS || type === RST_STREAM),
    );
    expect(refusal).toBeDefined();
    expect(waiting).toHaveLength(2);
    for (const release of waiting) release();
    session.socket.destroy();
  });
});

describe("floods", () => {
  const RSS_MAX_BYTES = 160 * 1024 * 1024;

  /** Runs an attack; nothing of it may cost much memory, or the gateway its life. */
  async function attack(run: (gateway: TestGateway) => Promise<void>): Promise<TestGateway> {
    const gateway = await start({ grpc: {} });
    const before = process.memoryUsage().rss;
    await run(gateway);
    expect(process.memoryUsage().rss - before).toBeLessThan(RSS_MAX_BYTES);
    const after = await grpcCall(gateway.grpcPort, {
      path: GRPC_PATHS.logs,
      body: framed(requestProto("logs")),
    });
    expect(after.status).toBe(0);
    return gateway;
  }

  const grpcHeaders = headerBlock({
    ...OPEN_LOGS,
    ":path": GRPC_PATHS.logs,
    "content-type": "application/grpc",
  });

  test("rapid reset: the connection is closed", async () => {
    await attack(async ({ grpcPort }) => {
      const session = openSession(grpcPort);
      for (let stream = 1; stream < 40_000 && !session.isClosed(); stream += 200) {
        const burst: Buffer[] = [];
        for (let at = stream; at < stream + 200; at += 2)
          burst.push(
            frame(HEADERS, END_HEADERS, at, grpcHeaders),
            frame(RST_STREAM, 0, at, Buffer.of(0, 0, 0, 8)),
          );
        session.send(...burst);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await session.closed();
    });
  });

  test("streams that the server is made to reset: no more work is begun than one connection may have", async () => {
    const { component, options, waiting } = holding();
    const gateway = await start({
      grpc: { max_concurrent_streams: 16 },
      components: [component],
      ...options,
    });
    const session = openSession(gateway.grpcPort);
    const noIncrement = Buffer.alloc(4); // https://www.rfc-editor.org/rfc/rfc9113#section-6.9-8
    for (let stream = 1; stream < 4_000 && !session.isClosed(); stream += 2) {
      session.send(
        frame(HEADERS, END_HEADERS, stream, grpcHeaders),
        frame(DATA, END_STREAM, stream, framed(requestProto("logs"))),
        frame(WINDOW_UPDATE, 0, stream, noIncrement),
      );
      if (stream % 50 === 1) await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(waiting.length).toBeLessThanOrEqual(16);
    for (const release of waiting) release();
    session.socket.destroy();
  });

  test("2 MiB in frames of a byte: refused before most of it is taken", async () => {
    const gateway = await attack(async ({ grpcPort }) => {
      const session = openSession(grpcPort);
      const prefix = framed(Buffer.alloc(0));
      prefix.writeUInt32BE(2 * 1024 * 1024, 1);
      session.send(frame(HEADERS, END_HEADERS, 1, grpcHeaders), frame(DATA, 0, 1, prefix));
      const piece = Buffer.concat(Array(1_000).fill(frame(DATA, 0, 1, Buffer.of(0))));
      for (
        let sent = 0;
        sent < 60_000 && !session.frames.some(({ type }) => type === HEADERS);
        sent += 1_000
      ) {
        session.send(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await session.wait(({ type }) => type === HEADERS)).toBeDefined();
      session.socket.destroy();
    });
    expect(counted(gateway, "fragmented")).toBe(1);
  });

  test("frames of nothing cost nothing, and end with the time for the body", async () => {
    const gateway = await start({ grpc: { read_timeout: "500ms" } });
    const session = openSession(gateway.grpcPort);
    session.send(frame(HEADERS, END_HEADERS, 1, grpcHeaders));
    const piece = Buffer.concat(Array(500).fill(frame(DATA, 0, 1)));
    const timer = setInterval(() => session.send(piece), 10);
    // Either the stream ends with its time, or the connection with so many frames.
    await session.wait(({ type, stream }) => stream === 1 && (type === HEADERS || type === RST_STREAM));
    clearInterval(timer);
    session.socket.destroy();
  });

  test("CONTINUATION without end: the connection is closed", async () => {
    await attack(async ({ grpcPort }) => {
      const session = openSession(grpcPort);
      session.send(frame(HEADERS, 0, 1, grpcHeaders));
      const piece = headerBlock(
        Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`x-${n}`, "y".repeat(100)])),
      );
      for (let n = 0; n < 2_000 && !session.isClosed(); n++) {
        session.send(frame(CONTINUATION, 0, 1, piece));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await session.closed();
    });
  });

  test("33: headers that stand for a thousand times their bytes are not unfolded", async () => {
    const gateway = await attack(async ({ grpcPort }) => {
      const session = openSession(grpcPort);
      const value = Buffer.alloc(3_900, "a");
      // https://www.rfc-editor.org/rfc/rfc7541#section-6: a header that is added to the table, then an index to it, often.
      const added = Buffer.concat([Buffer.of(0x40, 1), Buffer.from("x"), Buffer.of(0x7f, 0xbd, 0x1d), value]);
      const block = Buffer.concat([grpcHeaders, added, Buffer.alloc(12_000, 0xbe)]);
      session.send(frame(HEADERS, END_HEADERS, 1, block.subarray(0, 16_384)));
      const end = await session.wait(
        ({ type, stream }) => type === GOAWAY || (stream === 1 && (type === RST_STREAM || type === HEADERS)),
      );
      expect([end?.type, end?.payload.readUInt32BE(0)]).toEqual([RST_STREAM, ENHANCE_YOUR_CALM]);
      session.socket.destroy();
    });
    expect(gateway.printed).toHaveLength(1); // that of the request afterwards
  });

  test.each([
    ["PING", () => frame(PING, 0, 0, Buffer.alloc(8))],
    ["SETTINGS", () => frame(SETTINGS, 0, 0)],
  ])("65: a flood of %s ends with GOAWAY ENHANCE_YOUR_CALM", async (_, make) => {
    const gateway = await attack(async ({ grpcPort }) => {
      const session = openSession(grpcPort);
      session.send(Buffer.concat(Array(2_000).fill(make())));
      const goaway = await session.wait(({ type }) => type === GOAWAY);
      expect(goaway!.payload.readUInt32BE(4)).toBe(ENHANCE_YOUR_CALM);
      await session.closed();
    });
    expect(counted(gateway, "flood")).toBe(1);
  });

  test("65: a PING is answered, and one each second is no flood", async () => {
    const gateway = await start({ grpc: {} });
    const session = openSession(gateway.grpcPort);
    for (let n = 0; n < 50; n++) session.send(frame(PING, 0, 0, Buffer.alloc(8, n)));
    const answer = await session.wait(
      ({ type, flags, payload }) => type === PING && flags === ACK && payload[0] === 49,
    );
    expect(answer).toBeDefined();
    expect(session.isClosed()).toBe(false);
    session.socket.destroy();
  });

  test("a client that fetches no answer is let go", async () => {
    const gateway = await start({ grpc: {} });
    const session = connectHttp2(`http://127.0.0.1:${gateway.grpcPort}`, {
      settings: { initialWindowSize: 0 },
    });
    const stream = session.request({
      ":method": "POST",
      ":path": GRPC_PATHS.logs,
      "content-type": "application/grpc",
    });
    stream.on("error", () => {});
    stream.end(framed(requestProto("logs")));
    await new Promise((resolve) => stream.once("response", resolve));
    expect(stream.rstCode ?? constants.NGHTTP2_NO_ERROR).toBe(constants.NGHTTP2_NO_ERROR);
    session.destroy();
    const after = await grpcCall(gateway.grpcPort, {
      path: GRPC_PATHS.logs,
      body: framed(requestProto("logs")),
    });
    expect(after.status).toBe(0);
  });
});
