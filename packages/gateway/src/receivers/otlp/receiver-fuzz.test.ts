import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { SIGNALS } from "@scrim/wire";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATHS, requestJson, requestProto } from "../../../testing/otlp.ts";
import { rawRequest, sendRaw } from "../../../testing/raw-http.ts";
import { startTestGateway, type TestGateway } from "../../../testing/test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ http: { max_request_body_size: "64KiB" } });
});
afterAll(() => gateway.shutdown());

const RUNS = 200;

/** Bytes that are nothing, and bytes that are nearly a request. */
const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .record({
      whole: fc.constantFrom(...SIGNALS.flatMap((signal) => [requestProto(signal), requestJson(signal)])),
      at: fc.nat(),
      byte: fc.nat(255),
      cut: fc.nat(),
    })
    .map(({ whole, at, byte, cut }) => {
      const bytes = Uint8Array.from(whole);
      bytes[at % bytes.length] = byte;
      return cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
    }),
);

const ENCODERS: Readonly<Record<string, (body: Uint8Array) => Uint8Array>> = {
  gzip: (body) => gzipSync(body),
  zstd: (body) => zstdCompressSync(body),
  deflate: (body) => deflateSync(body),
  "": (body) => body,
};

test("any body, type and encoding: 200, 400, 413 or 415, and the gateway lives", async () => {
  const contentTypes = ["application/x-protobuf", "application/json", "text/plain", "application/json;x"];
  const property = fc.asyncProperty(
    fc.constantFrom(...SIGNALS),
    fc.constantFrom(...contentTypes),
    fc.constantFrom("", "gzip", "zstd", "deflate", "br", "gzip, zstd"),
    fc.boolean(),
    anyBody,
    async (signal, type, encoding, honest, plain) => {
      const body = honest ? (ENCODERS[encoding] ?? ENCODERS[""]!)(plain) : plain;
      const headers = { "content-type": type, ...(encoding === "" ? {} : { "content-encoding": encoding }) };
      const [response] = await sendRaw(gateway.port, [rawRequest(PATHS[signal], headers, body)]);
      expect([200, 400, 413, 415]).toContain(response?.status);
    },
  );
  await fc.assert(property, { numRuns: RUNS });
  expect(
    (
      await fetch(`${gateway.url}${PATHS.logs}`, {
        method: "POST",
        body: "{}",
        headers: { "content-type": "application/json" },
      })
    ).status,
  ).toBe(200);
});

test("any bytes on the metrics and receiver ports: an answer or a closed connection, and the gateway lives", async () => {
  const metricsPort = Number(new URL(gateway.metricsUrl!).port);
  const anyBytes = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ maxLength: 100 }).map((text) => Buffer.from(`GET ${text} HTTP/1.1\r\nhost: x\r\n\r\n`)),
  );
  const property = fc.asyncProperty(
    fc.constantFrom(gateway.port, metricsPort),
    anyBytes,
    async (port, bytes) => {
      await sendRaw(port, [bytes, "\r\n\r\n\r\n\r\n"]);
    },
  );
  await fc.assert(property, { numRuns: 60 });
  expect((await fetch(gateway.metricsUrl!)).status).toBe(200);
});
