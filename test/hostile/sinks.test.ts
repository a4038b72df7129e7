import type { Socket } from "node:net";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { requestProto } from "../../packages/gateway/testing/otlp.ts";
import { sendRaw } from "../../packages/gateway/testing/raw-http.ts";
import { MARKER } from "../fuzz/parser.ts";
import {
  type AttackedGateway,
  CAN_MEASURE,
  expectBounded,
  post,
  startAttacked,
  statusOf,
} from "./attacked-gateway.ts";
import { type HostileSink, KIND, pour, startHostileSink } from "./hostile-sink.ts";
import { field } from "./shapes.ts";

const ZEROS = Buffer.alloc(64 * 1024 * 1024);
const head = (status: string, headers = "") => `HTTP/1.1 ${status}\r\n${headers}`;
const whole =
  (status: string, body: Uint8Array | string = "", headers = "") =>
  (socket: Socket) => {
    socket.write(
      head(
        status,
        `${headers}Content-Type: application/x-protobuf\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
      ),
    );
    socket.end(body);
  };
const PROTOBUF = "Content-Type: application/x-protobuf\r\n";
const rejected = (varint: string) =>
  field(1, Buffer.concat([Buffer.of(0x08), Buffer.from(varint, "hex"), field(2, MARKER)]));

type Answer = readonly [name: string, answer: (socket: Socket) => void, statuses: readonly number[]];

/** What each means to the client: delivered, worth another try, or never. */
const DONE = [200];
const RETRY = [503];
const NEVER = [500];
/** One or the other: what comes first, the end of the time or of the room. */
const FAILED = [500, 503];

const ANSWERS: readonly Answer[] = [
  [
    "a body without an end",
    (socket) => {
      socket.write(head("200 OK", `${PROTOBUF}\r\n`));
      pour(socket, Buffer.alloc(65_536));
    },
    FAILED,
  ],
  [
    "chunks without an end",
    (socket) => {
      socket.write(head("200 OK", `${PROTOBUF}Transfer-Encoding: chunked\r\n\r\n`));
      pour(socket, Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(65_536), Buffer.from("\r\n")]));
    },
    FAILED,
  ],
  [
    "an error's body without an end",
    (socket) => {
      socket.write(head("503 No", `${PROTOBUF}\r\n`));
      pour(socket, Buffer.alloc(65_536));
    },
    [503, 500],
  ],
  [
    "headers without an end",
    (socket) => {
      socket.write(head("200 OK"));
      pour(socket, Buffer.from("a: b\r\n".repeat(10_000)));
    },
    FAILED,
  ],
  [
    "informational answers without an end",
    (socket) => pour(socket, Buffer.from(head("103 Early Hints", "a: b\r\n\r\n").repeat(1_000))),
    FAILED,
  ],
  ["a bomb in gzip", whole("200 OK", gzipSync(ZEROS), "Content-Encoding: gzip\r\n"), FAILED],
  ["a bomb in zstd", whole("200 OK", zstdCompressSync(ZEROS), "Content-Encoding: zstd\r\n"), FAILED],
  ["an encoding that nobody knows", whole("200 OK", "x", "Content-Encoding: br\r\n"), FAILED],
  ["a body that is no protobuf", whole("200 OK", Buffer.alloc(1_000, 0xff)), DONE],
  ["a partial success of 2^63 items", whole("200 OK", rejected("ffffffffffffffff7f")), DONE],
  ["a partial success of fewer than none", whole("200 OK", rejected("ffffffffffffffffff01")), DONE],
  ["a body of another type", whole("200 OK", `<html>${MARKER}</html>`), DONE],
  ["a redirect", whole("307 Elsewhere", "", `Location: http://127.0.0.1:1/${MARKER}\r\n`), NEVER],
  [
    "a redirect to metadata",
    whole("302 Found", "", "Location: http://169.254.169.254/latest/meta-data/\r\n"),
    NEVER,
  ],
  ["a status of 999", whole("999 Many"), NEVER],
  ["a status of 099", (socket) => socket.end("HTTP/1.1 099 Few\r\n\r\n"), [500, 503]],
  ["no HTTP", (socket) => socket.end(`${MARKER}\r\n\r\n`), RETRY],
  [
    "both lengths",
    (socket) =>
      socket.end(head("200 OK", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
    [503, 200],
  ],
  ["a Retry-After that is none", whole("429 No", "", `Retry-After: ${MARKER}\r\n`), RETRY],
  ["an end before any answer", (socket) => socket.resetAndDestroy(), RETRY],
  ["an end within the status", (socket) => socket.end("HTTP/1.1 20"), RETRY],
  ["an end within the headers", (socket) => socket.end(head("200 OK", "Content-")), RETRY],
  ["an end within the body", (socket) => socket.end(head("200 OK", "Content-Length: 9\r\n\r\nhalf")), RETRY],
  ["no answer", () => {}, RETRY],
  [
    "a byte a second",
    (socket) => {
      socket.write(head("200 OK", "Content-Length: 1000\r\n\r\n"));
      const timer = setInterval(() => socket.write("a"), 1_000);
      socket.on("close", () => clearInterval(timer));
    },
    RETRY,
  ],
];

const SECONDS =
  "timeout: 1s, retry_on_failure: { initial_interval: 200ms, max_elapsed_time: 1s }, compression: none";

describe.skipIf(!CAN_MEASURE)(
  "a gateway in a process of its own, before a hostile destination",
  { timeout: 300_000 },
  () => {
    let sink: HostileSink;
    let gateway: AttackedGateway;
    beforeAll(async () => {
      sink = await startHostileSink();
      gateway = await startAttacked({ sink: sink.url, exporter: `, ${SECONDS}` });
    }, 300_000);
    afterEach(() => {
      sink.answer = KIND;
    });
    afterAll(async () => {
      await gateway.stop();
      await sink.close();
    });

    test.for(ANSWERS)("14: %s", async ([, answer, statuses]) => {
      sink.answer = answer;
      const cost = await gateway.measure(async () => {
        const request = post(requestProto("logs", [`for ${MARKER}`]));
        const answers = await Promise.all(Array.from({ length: 4 }, () => sendRaw(gateway.port, [request])));
        for (const one of answers) {
          expect(statuses).toContain(statusOf(one));
          for (const { headers, body } of one) expect(`${[...headers]} ${body}`).not.toContain(MARKER);
        }
      });
      sink.answer = KIND;
      expectBounded(cost, gateway);
      await gateway.expectUnharmed();
    });

    test("47256: data never chooses where it goes: each request went to the same path of the same host", async () => {
      const names = ["../../admin", "a/b?c=d#e", "http://169.254.169.254/", "%2e%2e%2f", "\r\nX-Evil: 1"];
      for (const name of names)
        expect(await sendRaw(gateway.port, [post(requestProto("logs", [name]))]).then(statusOf)).toBe(200);
      const lines = new Set(sink.heads.map((one) => one.split("\r\n", 1)[0]));
      expect([...lines]).toEqual(["POST /v1/logs HTTP/1.1"]);
      expect(sink.heads.join()).not.toMatch(/x-evil|zq7marker/i);
    });

    test("14: a Retry-After of a century: clients are told to wait, five minutes at most", async () => {
      sink.answer = whole("503 No", "", "Retry-After: 3155760000\r\n");
      const [answer] = await sendRaw(gateway.port, [post(requestProto("logs"))]);
      expect(answer?.status).toBe(503);
      expect(Number(answer?.headers.get("retry-after"))).toBeLessThanOrEqual(300);
      expect(gateway.process.child.exitCode).toBeNull();
    });
  },
);
