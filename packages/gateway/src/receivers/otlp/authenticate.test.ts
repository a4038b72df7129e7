import { OperatingError } from "@scrim/errors";
import { defineExtension } from "@scrim/pipeline";
import { SIGNALS } from "@scrim/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { decodeStatus } from "../../../testing/decode-status.ts";
import { framed, grpcCall } from "../../../testing/grpc-call.ts";
import { PATHS, requestProto } from "../../../testing/otlp.ts";
import { rawRequest, sendRaw } from "../../../testing/raw-http.ts";
import {
  DATA,
  END_HEADERS,
  END_STREAM,
  frame,
  HEADERS,
  headerBlock,
  openSession,
} from "../../../testing/raw-http2.ts";
import { startTestGateway, type TestGateway } from "../../../testing/test-gateway.ts";
import { GRPC_PATHS, HEALTH_PATH } from "./grpc/paths.ts";

const PROTOBUF = { "content-type": "application/x-protobuf" };
const CHALLENGE = 'Bearer realm="otlp"';

/** Knows whoever says `good`. */
const asking = defineExtension({
  type: "asking",
  description: "Knows whoever says so.",
  configSchema: z.strictObject({}),
  create: () => ({
    authenticator: {
      async authenticate({ authorization }) {
        switch (authorization.join("|")) {
          case "good":
            return { status: "known", identity: { name: "shop", tenant: undefined, is_trusted: false } };
          case "unwelcome":
            return { status: "forbidden" };
          case "away":
            throw new OperatingError("SOURCE_UNREACHABLE", "the provider is away");
          case "trouble":
            throw new Error("canary");
          case "garbage":
            return { status: "unknown", challenge: "Bearer\r\nset-cookie: a=b" };
          default:
            return { status: "unknown", challenge: CHALLENGE };
        }
      },
    },
  }),
});

let gateway: TestGateway;
beforeAll(async () => {
  const auth = { authenticator: "asking" };
  gateway = await startTestGateway({
    http: { auth },
    grpc: { auth },
    components: [asking],
    extensions: { asking: {} },
  });
});
afterAll(() => gateway.shutdown());

const outcomes: readonly [shown: string | readonly string[] | undefined, http: number, grpc: number][] = [
  ["good", 200, 0],
  [undefined, 401, 16],
  ["", 401, 16],
  ["bad", 401, 16],
  [["good", "good"], 401, 16],
  ["unwelcome", 403, 7],
  ["trouble", 503, 14],
  ["away", 503, 14],
];

describe.each(SIGNALS)("%s", (signal) => {
  test.each(outcomes)("129, 130: who shows %j is answered %i and %i", async (shown, http, grpc) => {
    const before = gateway.printed.length;
    const head = rawRequest(PATHS[signal], { ...PROTOBUF, ...lineOf(shown) }, requestProto(signal));
    const [response] = await sendRaw(gateway.port, [withEach(head, shown)]);
    expect(response?.status).toBe(http);
    expect(response?.headers.get("www-authenticate")).toBe(http === 401 ? CHALLENGE : undefined);
    if (http !== 200)
      expect(decodeStatus(response!.headers.get("content-type"), response!.body).code).toBe(grpc);
    if (typeof shown === "object") return; // no client of gRPC sends that: see below
    const answer = await grpcCall(gateway.grpcPort, {
      path: GRPC_PATHS[signal],
      headers: lineOf(shown),
      body: framed(requestProto(signal)),
    });
    expect(answer.status).toBe(grpc);
    expect(gateway.printed.length - before).toBe(http === 200 ? 2 : 0);
  });
});

test("129: over gRPC too, two values are not one", async () => {
  const before = gateway.printed.length;
  const session = openSession(gateway.grpcPort);
  const headers = headerBlock({
    ":method": "POST",
    ":scheme": "http",
    ":authority": "gateway",
    ":path": GRPC_PATHS.logs,
    "content-type": "application/grpc",
  });
  const good = headerBlock({ authorization: "good" });
  session.send(
    frame(HEADERS, END_HEADERS, 1, Buffer.concat([headers, good, good])),
    frame(DATA, END_STREAM, 1, framed(requestProto("logs"))),
    frame(HEADERS, END_HEADERS, 3, Buffer.concat([headers, good])),
    frame(DATA, END_STREAM, 3, framed(requestProto("logs"))),
  );
  const answered = (stream: number) =>
    session.wait((one) => one.type === HEADERS && one.stream === stream && (one.flags & END_STREAM) !== 0);
  expect(await answered(1)).toBeDefined();
  expect(await answered(3)).toBeDefined();
  expect(gateway.printed.length - before).toBe(1);
  session.socket.destroy();
});

test("130: it is decided before the body comes, and before memory is taken for it", async () => {
  const head = rawRequest("/v1/logs", { ...PROTOBUF, "content-length": "1000000" });
  const [response] = await sendRaw(gateway.port, [head]);
  expect(response?.status).toBe(401);
  const answer = await grpcCall(gateway.grpcPort, { path: GRPC_PATHS.logs, open: true });
  expect(answer.status).toBe(16);
  expect(answer.headers["www-authenticate"]).toBe(CHALLENGE);
});

test("135: a challenge with a line break in it is left out", async () => {
  const headers = { ...PROTOBUF, authorization: "garbage" };
  const [response] = await sendRaw(gateway.port, [rawRequest("/v1/logs", headers, requestProto("logs"))]);
  expect([response?.status, response?.headers.get("www-authenticate")]).toEqual([401, undefined]);
  const answer = await grpcCall(gateway.grpcPort, {
    path: GRPC_PATHS.logs,
    headers: { authorization: "garbage" },
    body: framed(requestProto("logs")),
  });
  expect([answer.status, answer.headers["www-authenticate"]]).toEqual([16, undefined]);
});

test("an unknown path is told so without asking who it is; the health service asks nobody", async () => {
  const [response] = await sendRaw(gateway.port, [rawRequest("/v1/nothing", PROTOBUF)]);
  expect(response?.status).toBe(404);
  const health = await grpcCall(gateway.grpcPort, { path: HEALTH_PATH, body: framed(Buffer.alloc(0)) });
  expect(health.status).toBe(0);
});

test("why an authenticator can't tell is logged: what it says itself, and of any other error the place alone", () => {
  const said = gateway.warnings.filter((line) => line.startsWith("receivers.otlp: "));
  expect(said).toContain(
    "receivers.otlp: can't tell who clients are: the provider is away [SOURCE_UNREACHABLE]",
  );
  expect(said).toContainEqual(expect.stringMatching(/^receivers\.otlp: unexpected Error at /));
  expect(said.join()).not.toContain("canary");
});

test("an authenticator that is none stops the start", async () => {
  await expect(startTestGateway({ grpc: { auth: { authenticator: "nobody" } } })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    path: "receivers.otlp.protocols.grpc.auth.authenticator",
  });
});

function lineOf(shown: string | readonly string[] | undefined): Record<string, string> {
  return typeof shown === "string" ? { authorization: shown } : {};
}

/** A head with the header once for each value, where there are several. */
function withEach(head: Buffer, shown: string | readonly string[] | undefined): Buffer {
  if (shown === undefined || typeof shown === "string") return head;
  const lines = shown.map((value) => `authorization: ${value}\r\n`).join("");
  const at = head.indexOf("\r\n") + 2;
  return Buffer.concat([head.subarray(0, at), Buffer.from(lines), head.subarray(at)]);
}
