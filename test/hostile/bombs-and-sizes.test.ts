import { connect } from "node:net";
import { constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requestProto } from "../../packages/gateway/testing/otlp.ts";
import { sendRaw } from "../../packages/gateway/testing/raw-http.ts";
import {
  type AttackedGateway,
  CAN_MEASURE,
  expectBounded,
  LIMIT_BYTES,
  post,
  startAttacked,
  statusOf,
} from "./attacked-gateway.ts";
import { bodyOf, filled, record, stringOf } from "./shapes.ts";

const BOMB_BYTES = 128 * 1024 * 1024;
const ZEROS = Buffer.alloc(BOMB_BYTES);
const GOOD = requestProto("logs");
const TYPE = { "content-type": "application/x-protobuf" };
const encoded = (encoding: string) => ({ ...TYPE, "content-encoding": encoding });

const EMPTY_MEMBER = gzipSync("");
const WIDE_WINDOW = Buffer.from("28b52ffd0088010000", "hex");
/** A frame of blocks that hold nothing, but for the last. */
const EMPTY_BLOCKS = Buffer.concat([
  Buffer.from("28b52ffd0058", "hex"),
  filled(Buffer.from("000000", "hex"), 3_000_000),
  Buffer.from("010000", "hex"),
]);
/** Blocks of one byte repeated 128 KiB times, in four bytes each. */
const REPEATED_BLOCKS = Buffer.concat([
  Buffer.from("28b52ffd0058", "hex"),
  filled(Buffer.from("02001000", "hex"), 8_000),
]);
const SKIPPED = Buffer.from("502a4d1804000000deadbeef", "hex");

const BOMBS: readonly [name: string, encoding: string, body: () => Buffer, status: number][] = [
  ["128 MiB of zeros", "gzip", () => gzipSync(ZEROS), 413],
  ["128 MiB of zeros", "zstd", () => zstdCompressSync(ZEROS), 413],
  ["128 MiB of zeros", "deflate", () => deflateSync(ZEROS), 413],
  ["a gigabyte, in a frame that does not say how long it is", "zstd", () => REPEATED_BLOCKS, 413],
  ["a frame that wants a window of 128 MiB", "zstd", () => WIDE_WINDOW, 400],
  [
    "a long window",
    "zstd",
    () =>
      zstdCompressSync(ZEROS, {
        params: { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 },
      }),
    400,
  ],
  ["a bomb inside a bomb", "gzip", () => gzipSync(gzipSync(ZEROS)), 400],
  [
    "4,000 members of 64 KiB",
    "gzip",
    () => filled(gzipSync(Buffer.alloc(65_536)), 4_000 * gzipSync(Buffer.alloc(65_536)).length),
    413,
  ],
  ["200,000 empty members", "gzip", () => filled(EMPTY_MEMBER, 200_000 * EMPTY_MEMBER.length), 200],
  ["a million empty blocks", "zstd", () => EMPTY_BLOCKS, 200],
  ["300,000 frames to skip", "zstd", () => filled(SKIPPED, 300_000 * SKIPPED.length), 200],
  ["half of a stream", "gzip", () => gzipSync(GOOD).subarray(0, 40), 400],
  ["half of a stream", "zstd", () => zstdCompressSync(GOOD).subarray(0, 40), 400],
  ["bytes behind the end", "gzip", () => Buffer.concat([gzipSync(GOOD), Buffer.from("behind")]), 400],
  ["bytes behind the end", "zstd", () => Buffer.concat([zstdCompressSync(GOOD), Buffer.from("behind")]), 400],
  ["bytes behind the end", "deflate", () => Buffer.concat([deflateSync(GOOD), Buffer.from("behind")]), 400],
];

describe.skipIf(!CAN_MEASURE)("a gateway in a process of its own", { timeout: 300_000 }, () => {
  let gateway: AttackedGateway;
  beforeAll(async () => {
    gateway = await startAttacked();
  }, 300_000);
  afterAll(() => gateway.stop());

  test.each(BOMBS)("1: %s, in %s", async (_, encoding, body, status) => {
    const request = post(body(), encoded(encoding));
    let answers: readonly unknown[] = [];
    const cost = await gateway.measure(async () => {
      answers = await gateway.sendAll(request);
    });
    expect(new Set(answers)).toEqual(new Set([status]));
    expectBounded(cost, gateway);
    await gateway.expectUnharmed();
  });

  /** A request of exactly so many bytes. */
  const sized = (bytes: number) => {
    const frame = record(bodyOf(stringOf(filled("a", LIMIT_BYTES / 2)))).length - LIMIT_BYTES / 2;
    const body = record(bodyOf(stringOf(filled("some text ", bytes - frame))));
    expect(body.length).toBe(bytes);
    return body;
  };

  test.each([
    [LIMIT_BYTES - 1, 200],
    [LIMIT_BYTES, 200],
    [LIMIT_BYTES + 1, 413],
  ])("2: %i bytes are answered %i, as they come and out of gzip", async (bytes, status) => {
    const body = sized(bytes);
    expect(await sendRaw(gateway.port, [post(body)]).then(statusOf)).toBe(status);
    const packed = await sendRaw(gateway.port, [post(gzipSync(body), encoded("gzip"))]);
    expect(statusOf(packed)).toBe(status);
  });

  const chunkedHead = post(Buffer.alloc(0), { ...TYPE, "transfer-encoding": "chunked" });
  /** Undefined: the connection is cut while the client still sends, which can overtake the answer. Node itself takes two microseconds for a chunk, however small. */
  const CHUNKS_FACTOR = 100;
  const STREAMS: readonly [
    name: string,
    request: () => Buffer,
    statuses: readonly unknown[],
    cpuFactor?: number,
  ][] = [
    [
      "chunks without an end",
      () =>
        Buffer.concat([
          chunkedHead,
          filled(
            Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(65_536), Buffer.from("\r\n")]),
            16 * LIMIT_BYTES,
          ),
        ]),
      [413, undefined],
    ],
    [
      "chunks of one byte",
      () => Buffer.concat([chunkedHead, filled("1\r\n\0\r\n", 6 * 300_000), Buffer.from("0\r\n\r\n")]),
      [400],
      CHUNKS_FACTOR,
    ],
    [
      "a chunk that says it has 2^60 bytes",
      () => Buffer.concat([chunkedHead, Buffer.from("fffffffffffffff\r\n"), Buffer.alloc(2 * LIMIT_BYTES)]),
      [413, undefined],
    ],
    [
      "extensions of a chunk without an end",
      () => Buffer.concat([chunkedHead, Buffer.from("1;"), filled("a", LIMIT_BYTES)]),
      [413, 431, undefined],
    ],
    [
      "trailers without an end",
      () => Buffer.concat([chunkedHead, Buffer.from("0\r\n"), filled("a: b\r\n", LIMIT_BYTES)]),
      [431, 200, undefined],
    ],
    [
      "a Content-Length of 2^50",
      () => post(Buffer.alloc(0), { ...TYPE, "content-length": String(2 ** 50) }),
      [413],
    ],
    [
      "a Content-Length that is no number",
      () => post(Buffer.alloc(0), { ...TYPE, "content-length": "4e3" }),
      [400],
    ],
    [
      "a body longer than its Content-Length",
      () => post(Buffer.alloc(LIMIT_BYTES), { ...TYPE, "content-length": "0" }),
      [200, 400, undefined],
    ],
  ];

  test.each(STREAMS)("2: %s", async (_, request, statuses, cpuFactor) => {
    const bytes = request();
    let answers: readonly unknown[] = [];
    const cost = await gateway.measure(async () => {
      answers = await gateway.sendAll(bytes);
    });
    for (const answer of answers) expect(statuses).toContain(answer);
    expectBounded(cost, gateway, cpuFactor);
    await gateway.expectUnharmed();
  });

  test("2: what was announced and does not come holds no memory, and nothing is sent on", async () => {
    const before = await gateway.metrics();
    const cut = post(GOOD, { ...TYPE, "content-length": String(LIMIT_BYTES) });
    const cost = await gateway.measure(async () => {
      for (let round = 0; round < 50; round++) {
        const socket = connect(gateway.port, "127.0.0.1");
        await new Promise((resolve) => socket.write(cut, resolve));
        socket.destroy();
      }
    });
    expectBounded(cost, gateway);
    await gateway.expectUnharmed();
    const counted = (text: string) =>
      Number(/otelcol_receiver_accepted_log_records\S*\{[^}]*\} (\d+)/.exec(text)?.[1]);
    expect(counted(await gateway.metrics()) - counted(before)).toBe(1); // of expectUnharmed
  });
});

describe.skipIf(!CAN_MEASURE)("the bounds are bounds", { timeout: 300_000 }, () => {
  test("a gateway that may inflate 128 MiB goes past them", async () => {
    const gateway = await startAttacked({ requestSize: "1GiB", inFlightSize: "4GiB" });
    const request = post(gzipSync(ZEROS), encoded("gzip"));
    const cost = await gateway.measure(() => gateway.sendAll(request));
    expect(() => expectBounded(cost, gateway)).toThrow(/memory/);
    await gateway.stop();
  });
});
