import http2 from "node:http2";
import { afterEach, expect, test } from "vitest";
import { GrpcOpened } from "../../../testing/grpc-pair.ts";
import { respondStatus, respondTrailersOnly } from "../../../testing/grpc-sink.ts";
import { startByteServer, startTcpProxy, type TcpProxy } from "../../../testing/tcp-proxy.ts";

/** Connections: how many, when they are opened and given up, and what becomes of calls when they break. */

const opened = new GrpcOpened();
afterEach(() => opened.closeAll());

const DELIVERED = { status: "delivered", rejected: 0 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function startProxy(port: number, answerBytesMax?: number): Promise<TcpProxy> {
  return opened.add(await startTcpProxy(port, answerBytesMax), (proxy) => proxy.close());
}

test("80: one connection serves many calls, one after the other and at once", async () => {
  const { sink, exporter } = await opened.grpcPair();
  for (let n = 0; n < 5; n++) expect(await exporter.attempt()).toEqual(DELIVERED);
  const results = await Promise.all(Array.from({ length: 50 }, () => exporter.attempt()));
  expect(results).toEqual(Array.from({ length: 50 }, () => DELIVERED));
  expect([sink.requests.length, sink.sessions.length]).toEqual([55, 1]);
});

test("116: a server that takes one call at a time on a connection gets more connections, up to eight", async () => {
  let running = 0;
  let most = 0;
  const { sink, exporter } = await opened.grpcPair(
    (stream) => {
      most = Math.max(most, ++running);
      setTimeout(() => {
        running--;
        respondStatus(stream, 0);
      }, 20);
    },
    {},
    { settings: { maxConcurrentStreams: 1 } },
  );
  const results = await Promise.all(Array.from({ length: 40 }, () => exporter.attempt()));
  expect(results).toEqual(Array.from({ length: 40 }, () => DELIVERED));
  expect([sink.requests.length, sink.sessions.length]).toEqual([40, 8]);
  expect(most).toBeLessThanOrEqual(8);
});

test("78: a server that isn't there, and one that closes at once, may be tried again", async () => {
  const nobody = await opened.grpcExporter("127.0.0.1:9");
  const unreachable = { status: "failed", retryable: true, reason: "unreachable" };
  expect(await nobody.attempt()).toEqual({ ...unreachable, detail: "ECONNREFUSED" });
  const closing = opened.add(await startByteServer((socket) => socket.destroy()), (server) => server.close());
  const exporter = await opened.grpcExporter(closing.endpoint);
  expect(await exporter.attempt()).toMatchObject(unreachable);
});

test("a server that never says its settings is given up when the time is up", async () => {
  const silent = opened.add(await startByteServer(() => {}), (server) => server.close());
  const exporter = await opened.grpcExporter(silent.endpoint);
  expect(await exporter.attempt({ timeLeftMs: 200 })).toEqual({
    status: "failed",
    retryable: true,
    reason: "timeout",
  });
});

test("a server that speaks HTTP/1.1 is no gRPC server, and may become one", async () => {
  const old = opened.add(
    await startByteServer((socket) =>
      socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
    ),
    (server) => server.close(),
  );
  const exporter = await opened.grpcExporter(old.endpoint);
  expect(await exporter.attempt()).toMatchObject({ status: "failed", retryable: true });
});

test("a server that is not there is asked again after a while, not with every call", async () => {
  let connections = 0;
  const server = opened.add(
    await startByteServer((socket) => {
      connections++;
      socket.destroy();
    }),
    (one) => one.close(),
  );
  const exporter = await opened.grpcExporter(server.endpoint);
  for (let n = 0; n < 100; n++) expect(await exporter.attempt()).toMatchObject({ reason: "unreachable" });
  expect(connections).toBeLessThan(20);
});

test("a server that comes back gets calls again", async () => {
  const { sink, exporter } = await opened.grpcPair();
  expect(await exporter.attempt()).toEqual(DELIVERED);
  await sink.close();
  expect(await exporter.attempt()).toMatchObject({ status: "failed", retryable: true });
  const reborn = await opened.grpcSink(undefined, { port: sink.port });
  await expect.poll(async () => (await exporter.attempt()).status, { timeout: 20_000 }).toBe("delivered");
  expect(reborn.requests).toHaveLength(1);
});

test("78: a connection that is reset at any byte of the answer may be tried again", async () => {
  const sink = await opened.grpcSink();
  const whole = await startProxy(sink.port);
  const first = await opened.grpcExporter(whole.endpoint);
  expect(await first.attempt()).toEqual(DELIVERED);
  await first.shutdown();
  const bytes = whole.answered();
  expect(bytes).toBeGreaterThan(50);
  let delivered = 0;
  for (let cut = 0; cut < bytes; cut++) {
    const proxy = await startProxy(sink.port, cut);
    const exporter = await opened.grpcExporter(proxy.endpoint);
    const result = await exporter.attempt({ timeLeftMs: 5_000 });
    // The frames behind the trailers say nothing more about the call.
    if (result.status === "delivered") delivered++;
    else expect([cut, result.retryable]).toEqual([cut, true]);
    await exporter.shutdown();
  }
  expect(delivered).toBeLessThan(bytes / 2);
});

test("GOAWAY: calls on their way are finished, and later ones go over a new connection", async () => {
  const { sink, exporter } = await opened.grpcPair((stream, nth) => {
    if (nth > 0) return respondStatus(stream, 0);
    stream.session?.goaway(0);
    setTimeout(() => respondStatus(stream, 0), 100);
  });
  const first = exporter.attempt();
  await expect.poll(() => sink.requests.length).toBe(1);
  await pause(30);
  expect(await exporter.attempt()).toEqual(DELIVERED);
  expect(await first).toEqual(DELIVERED);
  expect(sink.sessions).toHaveLength(2);
});

test.each([1, 2, 11])("GOAWAY with error %i: calls on their way may be tried again", async (code) => {
  const { sink, exporter } = await opened.grpcPair((stream, nth) => {
    if (nth === 0) stream.session?.goaway(code);
    else respondStatus(stream, 0);
  });
  expect(await exporter.attempt()).toMatchObject({ status: "failed", retryable: true });
  await expect.poll(async () => (await exporter.attempt()).status, { timeout: 20_000 }).toBe("delivered");
  expect(sink.sessions.length).toBeGreaterThan(1);
});

test("a half-open connection is cut after a call without an answer, and the next call goes over another", async () => {
  const sink = await opened.grpcSink();
  const proxy = await startProxy(sink.port);
  const exporter = await opened.grpcExporter(proxy.endpoint, { keepalive: { timeout: "100ms" } });
  expect(await exporter.attempt()).toEqual(DELIVERED);
  proxy.freeze();
  expect(await exporter.attempt({ timeLeftMs: 200 })).toMatchObject({ retryable: true, reason: "timeout" });
  proxy.thaw();
  expect(await exporter.attempt()).toEqual(DELIVERED);
  expect(proxy.connections()).toBe(2);
});

test("a server that is only slow keeps its connection", async () => {
  const { sink, exporter } = await opened.grpcPair((stream, nth) => {
    if (nth > 0) respondStatus(stream, 0);
  });
  expect(await exporter.attempt({ timeLeftMs: 200 })).toMatchObject({ reason: "timeout" });
  expect(await exporter.attempt()).toEqual(DELIVERED);
  expect(sink.sessions).toHaveLength(1);
});

test("keepalive finds a half-open connection before the next call", async () => {
  const sink = await opened.grpcSink();
  const proxy = await startProxy(sink.port);
  const keepalive = { time: "50ms", timeout: "100ms", permit_without_stream: true };
  const exporter = await opened.grpcExporter(proxy.endpoint, { keepalive });
  expect(await exporter.attempt()).toEqual(DELIVERED);
  await pause(300);
  expect(await exporter.attempt()).toEqual(DELIVERED);
  expect(proxy.connections()).toBe(1);
  proxy.freeze();
  await pause(1_000);
  proxy.thaw();
  expect(await exporter.attempt()).toEqual(DELIVERED);
  expect(proxy.connections()).toBe(2);
});

test("a server that complains of pings gets half as many over the next connection", async () => {
  const pings: number[] = [];
  const server = http2.createServer();
  server.on("session", (session) => {
    const nth = pings.push(0) - 1;
    session.on("ping", () => {
      pings[nth]!++;
      if (nth < 2) session.goaway(11, 0, Buffer.from("too_many_pings"));
    });
  });
  const keepalive = { time: "200ms", permit_without_stream: true };
  const { exporter } = await opened.grpcPair(undefined, { keepalive }, { server });
  const opens = async (count: number) => {
    const start = performance.now();
    await expect
      .poll(async () => (await exporter.attempt()).status === "delivered" && pings.length, {
        timeout: 30_000,
      })
      .toBe(count);
    return performance.now() - start;
  };
  await opens(1);
  const [second, third] = [await opens(2), await opens(3)];
  expect(third).toBeGreaterThan(second + 100);
  expect(pings.slice(0, 2)).toEqual([1, 1]);
});

test("calls that were answered are not reset: servers cut those who reset much", async () => {
  const codes = new Set<number>();
  const server = http2.createServer({ streamResetBurst: 5, streamResetRate: 1 });
  const { sink, exporter } = await opened.grpcPair(
    (stream, nth) => {
      stream.on("close", () => codes.add(stream.rstCode));
      if (nth % 2 === 0) respondStatus(stream, 0);
      else respondTrailersOnly(stream, 14);
    },
    {},
    { server },
  );
  for (let n = 0; n < 100; n++) {
    const result = await exporter.attempt();
    expect(result.status).toBe(n % 2 === 0 ? "delivered" : "failed");
  }
  expect([sink.sessions.length, [...codes]]).toEqual([1, [0]]);
});

test("a call that nobody waits for any more is reset", async () => {
  let code: number | undefined;
  const { exporter } = await opened.grpcPair((stream) => {
    stream.on("close", () => {
      code = stream.rstCode;
    });
  });
  const aborted = new AbortController();
  const result = exporter.attempt({ aborted: aborted.signal });
  await pause(100);
  aborted.abort();
  expect(await result).toEqual({ status: "failed", retryable: true, reason: "stopped" });
  await expect.poll(() => code).toBe(8);
});

test("shutdown ends calls on their way, and may come twice", async () => {
  const { sink, exporter } = await opened.grpcPair(() => {});
  const result = exporter.attempt();
  await expect.poll(() => sink.requests.length).toBe(1);
  await exporter.shutdown();
  expect(await result).toMatchObject({ status: "failed", retryable: true });
  await exporter.shutdown();
  expect(await exporter.attempt()).toMatchObject({ status: "failed", retryable: true });
});

test("what one call does to a connection does not make others final", async () => {
  const { exporter } = await opened.grpcPair(
    (stream, nth) => {
      if (nth === 1) respondTrailersOnly(stream, 14, { "grpc-status-details-bin": "A".repeat(300_000) });
    },
    {},
    { server: http2.createServer({ maxSendHeaderBlockLength: 4 * 1024 * 1024 }) },
  );
  const results = await Promise.all([exporter.attempt(), exporter.attempt()]);
  for (const result of results)
    expect(result).toMatchObject({ status: "failed", retryable: true, reason: "protocol_error" });
});
