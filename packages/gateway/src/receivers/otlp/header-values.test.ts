import { SIGNALS } from "@scrim/wire";
import { afterEach, expect, test } from "vitest";
import { framed, grpcCall } from "../../../testing/grpc-call.ts";
import { startGrpcSink } from "../../../testing/grpc-sink.ts";
import { Opened } from "../../../testing/opened.ts";
import { PATHS, requestProto } from "../../../testing/otlp.ts";
import { rawRequest, sendRaw } from "../../../testing/raw-http.ts";
import { startSink } from "../../../testing/sink.ts";
import { startTestGateway } from "../../../testing/test-gateway.ts";
import { GRPC_PATHS } from "./grpc/paths.ts";

const opened = new Opened();
afterEach(() => opened.closeAll());

const CANARY = "zq7canary";

/** Headers that other gateways copy into records, metadata, labels or requests of their own. */
const HEADERS = {
  authorization: `Bearer ${CANARY}`,
  cookie: `session=${CANARY}`,
  "x-scope-orgid": CANARY,
  "x-tenant": CANARY,
  "x-forwarded-for": CANARY,
  "user-agent": CANARY,
  traceparent: `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-${CANARY}`,
  tracestate: `k=${CANARY}`,
  baggage: `k=${CANARY}`,
  [`x-${CANARY}`]: "1",
};

test("135: no header of a request is in what is sent on, in labels, or in what is logged", async () => {
  const http = opened.add(await startSink(), (one) => one.close());
  const grpc = opened.add(await startGrpcSink(), (one) => one.close());
  const gateway = opened.add(
    await startTestGateway({
      grpc: {},
      exporters: {
        otlphttp: { endpoint: http.url },
        otlp: { endpoint: `http://${grpc.endpoint}` },
        debug: { verbosity: "detailed" },
      },
    }),
    (one) => one.shutdown(),
  );
  for (const signal of SIGNALS) {
    const body = requestProto(signal);
    const head = rawRequest(PATHS[signal], { "content-type": "application/x-protobuf", ...HEADERS }, body);
    const [response] = await sendRaw(gateway.port, [head]);
    const call = { path: GRPC_PATHS[signal], headers: HEADERS, body: framed(body) };
    expect([response?.status, (await grpcCall(gateway.grpcPort, call)).status]).toEqual([200, 0]);
  }
  expect([http.requests.length, grpc.requests.length]).toEqual([8, 8]);
  const sent = [
    ...http.requests.map(
      ({ path, headers, body }) => JSON.stringify([path, headers]) + body.toString("latin1"),
    ),
    ...grpc.requests.map(
      ({ path, headers, message }) => JSON.stringify([path, headers]) + message.toString("latin1"),
    ),
  ];
  const seen = [...sent, ...gateway.printed, ...gateway.warnings, gateway.metrics.exposition()];
  for (const text of seen) expect(text).not.toContain(CANARY);
});
