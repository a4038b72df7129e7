import type { ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { OperatingError } from "@scrim/errors";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { GrpcOpened } from "../../../testing/grpc-pair.ts";
import { framed, type RespondGrpc } from "../../../testing/grpc-sink.ts";
import { startByteServer } from "../../../testing/tcp-proxy.ts";
import { MessageReader } from "./message-reader.ts";
import { parseRetryInfo } from "./retry-info.ts";

/** Whatever a server sends, an attempt ends with a result. */

const opened = new GrpcOpened();
afterEach(() => opened.closeAll());

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((some) => Buffer.from(some));

type Step = (stream: ServerHttp2Stream) => void;
const sendHeaders =
  (headers: object, endStream: boolean): Step =>
  (stream) => {
    if (!stream.headersSent) stream.respond({ ...headers }, { endStream, waitForTrailers: !endStream });
  };
const value = fc.oneof(
  fc.constantFrom("0", "8", "14", "99", "", "application/grpc", "gzip", "identity", "1"),
  fc.string({ unit: fc.constantFrom(..."abc019=+/ "), maxLength: 20 }),
);
const metadata = fc.dictionary(
  fc.constantFrom(
    "grpc-status",
    "grpc-message",
    "grpc-status-details-bin",
    "grpc-encoding",
    "retry-after",
    "x",
    "__proto__",
  ),
  value,
  { maxKeys: 4 },
);
const steps: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.record({
      ":status": fc.constantFrom(200, 200, 200, 204, 404, 503),
      "content-type": fc.constantFrom("application/grpc", "application/grpc+proto", "text/html"),
    }),
    metadata,
    fc.boolean(),
    fc.array(
      fc.oneof(
        bytes(40),
        bytes(20).map((message) => framed(message)),
        bytes(20).map((message) => framed(message, 1)),
      ),
      { maxLength: 3 },
    ),
    fc.oneof(
      metadata,
      metadata.map((some) => ({ ...some, "grpc-status": "0" })),
    ),
    fc.constantFrom("end", "end", "end", "reset", "destroy", "goaway"),
  )
  .map(([head, more, endStream, data, trailers, end]) => [
    (stream) => stream.on("wantTrailers", () => stream.sendTrailers({ ...trailers })),
    sendHeaders({ ...head, ...more }, endStream),
    ...(endStream
      ? []
      : data.map(
          (piece): Step =>
            (stream) =>
              void stream.write(piece),
        )),
    (stream) => {
      if (end === "reset") stream.close(2);
      else if (end === "destroy") stream.session?.destroy();
      else if (end === "goaway") stream.session?.goaway(1);
      if (!stream.destroyed && !endStream) stream.end();
    },
  ]);

test("any headers, data, trailers and ends", async () => {
  let script: Step[] = [];
  const respond: RespondGrpc = (stream) => {
    try {
      for (const step of script) step(stream);
    } catch {
      stream.destroy(); // what Node's server refuses to send
    }
  };
  const { exporter } = await opened.grpcPair(respond, { max_response_body_size: 1_000 });
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(steps, async (some) => {
      script = some;
      const result = await exporter.attempt({ timeLeftMs: 5_000 });
      seen.add(result.status === "failed" ? result.reason : result.status);
      if (result.status === "failed") expect(result.reason).toMatch(/^[a-z_]+$/);
    }),
    { numRuns: 400 },
  );
  expect(seen.size).toBeGreaterThan(5);
  expect(seen).toContain("delivered");
});

/** https://www.rfc-editor.org/rfc/rfc9113#name-frame-format */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const SETTINGS = Buffer.concat([frame(4, 0, 0, Buffer.alloc(0)), frame(4, 1, 0, Buffer.alloc(0))]);
const OK_HEADERS = Buffer.from([0x88, 0x5f, 0x10, ...Buffer.from("application/grpc")]);
const OK_TRAILERS = Buffer.from([0x40, 0x0b, ...Buffer.from("grpc-status"), 0x01, 0x30]);

async function startFrames(write: (socket: Socket) => void) {
  const server = await startByteServer((socket) => {
    socket.write(SETTINGS);
    // The preface and our settings come first; then the call.
    let length = 0;
    let answered = false;
    socket.on("data", (piece) => {
      length += piece.length;
      if (answered || length < 150) return;
      answered = true;
      write(socket);
    });
  });
  return opened.add(server, (one) => one.close());
}

test("frames of our own making are an answer", async () => {
  const server = await startFrames((socket) => {
    socket.write(frame(1, 4, 1, OK_HEADERS));
    socket.write(frame(0, 0, 1, framed(Buffer.from("0a020802", "hex"))));
    socket.write(frame(1, 5, 1, OK_TRAILERS));
  });
  const exporter = await opened.grpcExporter(server.endpoint);
  expect(await exporter.attempt()).toEqual({ status: "delivered", rejected: 2 });
});

test("any frames", async () => {
  const anyFrame = fc
    .tuple(
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0, 1, 1, 1, 2, 3),
      bytes(40),
    )
    .map(([type, flags, stream, payload]) => frame(type, flags, stream, payload));
  const goodHeaders = fc.constant(frame(1, 4, 1, OK_HEADERS));
  const goodTrailers = fc.constant(frame(1, 5, 1, OK_TRAILERS));
  const answers = fc
    .array(fc.oneof(anyFrame, goodHeaders, goodTrailers, bytes(30)), { maxLength: 6 })
    .map(Buffer.concat);
  await fc.assert(
    fc.asyncProperty(answers, async (answer) => {
      const server = await startFrames((socket) => void socket.end(answer));
      const exporter = await opened.grpcExporter(server.endpoint);
      const result = await exporter.attempt({ timeLeftMs: 5_000 });
      expect(["delivered", "failed"]).toContain(result.status);
      await exporter.shutdown();
      await server.close();
    }),
    { numRuns: 300 },
  );
});

test("any bytes instead of HTTP/2", async () => {
  await fc.assert(
    fc.asyncProperty(bytes(100), async (answer) => {
      const server = opened.add(await startByteServer((socket) => void socket.end(answer)), (one) =>
        one.close(),
      );
      const exporter = await opened.grpcExporter(server.endpoint);
      expect(await exporter.attempt({ timeLeftMs: 5_000 })).toMatchObject({
        status: "failed",
        retryable: true,
      });
      await exporter.shutdown();
      await server.close();
    }),
    { numRuns: 100 },
  );
});

test("floods: of empty frames, of settings, of pings, of headers that never end", async () => {
  const floods = [
    [frame(1, 4, 1, OK_HEADERS), frame(0, 0, 1, Buffer.alloc(0))],
    [Buffer.alloc(0), frame(4, 0, 0, Buffer.alloc(0))],
    [Buffer.alloc(0), frame(6, 0, 0, Buffer.alloc(8))],
    [
      frame(1, 0, 1, OK_HEADERS),
      frame(9, 0, 1, Buffer.from([0x40, 0x01, 0x61, 0x7f, 0x20, ...Buffer.alloc(159, 0x61)])),
    ],
  ] as const;
  for (const [first, again] of floods) {
    const server = await startFrames((socket) => {
      socket.write(first);
      const many = Buffer.concat(Array.from({ length: 500 }, () => again));
      const pour = () => {
        while (!socket.destroyed && socket.write(many));
      };
      socket.on("drain", pour);
      pour();
    });
    const exporter = await opened.grpcExporter(server.endpoint);
    const before = process.memoryUsage().rss;
    expect(await exporter.attempt({ timeLeftMs: 1_000 })).toMatchObject({ status: "failed" });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    await exporter.shutdown();
    await server.close();
  }
});

test("a megabyte in frames of one byte is one message, and takes little memory", async () => {
  const size = 1024 * 1024;
  const server = await startFrames((socket) => {
    socket.write(frame(1, 4, 1, OK_HEADERS));
    const message = framed(Buffer.alloc(size), 0);
    for (let at = 0; at < message.length; at += 1024) {
      const piece = message.subarray(at, at + 1024);
      socket.write(Buffer.concat([...piece].map((byte) => frame(0, 0, 1, Buffer.of(byte)))));
    }
    socket.write(frame(1, 5, 1, OK_TRAILERS));
  });
  const exporter = await opened.grpcExporter(server.endpoint, { timeout: "1m" });
  // Zeros are no protobuf: what can't be read takes nothing back.
  expect(await exporter.attempt({ timeLeftMs: 60_000 })).toEqual({ status: "delivered", rejected: 0 });
});

test("a message comes out whole, however it is cut", () => {
  fc.assert(
    fc.property(bytes(300), fc.integer({ min: 0, max: 1 }), fc.array(fc.nat(310)), (message, flag, cuts) => {
      const whole = framed(message, flag);
      const reader = new MessageReader(300);
      const ends = [...cuts.filter((cut) => cut < whole.length).toSorted((a, b) => a - b), whole.length];
      let start = 0;
      for (const end of ends) {
        if (start < whole.length) expect(reader.take() === undefined || end === start).toBe(true);
        reader.append(whole.subarray(start, end));
        start = end;
      }
      expect(reader.take()).toEqual({ bytes: message, isCompressed: flag === 1 });
    }),
  );
});

test("any bytes as an answer's body: a message, none yet, or what is wrong", () => {
  fc.assert(
    fc.property(fc.array(bytes(20), { maxLength: 10 }), (pieces) => {
      const reader = new MessageReader(50);
      try {
        for (const piece of pieces) reader.append(piece);
        expect(reader.take()?.bytes.length ?? 0).toBeLessThanOrEqual(50);
      } catch (error) {
        expect(error).toBeInstanceOf(OperatingError);
      }
    }),
    { numRuns: 5_000 },
  );
});

test("any details: a delay of at most five minutes, or none", () => {
  const tagged = bytes(60).map((some) =>
    Buffer.concat([
      Buffer.from("1a4c0a28", "hex"),
      Buffer.from("type.googleapis.com/google.rpc.RetryInfo"),
      Buffer.from("1220", "hex"),
      some,
      Buffer.alloc(32),
    ]).subarray(0, 78),
  );
  fc.assert(
    fc.property(fc.oneof(bytes(80), tagged), (some) => {
      const delayMs = parseRetryInfo(some.toString("base64"));
      if (delayMs === undefined) return;
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThanOrEqual(300_000);
    }),
    { numRuns: 10_000 },
  );
});
