import { PassThrough } from "node:stream";
import { MetricRegistry } from "@scrim/pipeline";
import { expect, test } from "vitest";
import { AccessRecord } from "./access-record.ts";
import { Answer } from "./answer.ts";
import { httpProtocol } from "./http/http-protocol.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import type { EndpointSettings } from "./receiver-settings.ts";
import { Refusal } from "./refusal.ts";
import type { Reply } from "./reply.ts";
import { requestCounter } from "./request-counter.ts";

const ENDPOINT: EndpointSettings = {
  operations: new Map(),
  request_bytes_max: 1_000,
  response_bytes_max: 1_000,
  read_timeout_ms: 1_000,
  authenticator: undefined,
  cors: undefined,
};

function answerTo(send: (reply: Reply) => void) {
  const metrics = new MetricRegistry();
  const request: IncomingRequest = {
    method: "POST",
    target: "/v1/logs",
    headers: [],
    body: new PassThrough(),
    peer: { address: undefined, certificate: undefined },
    isWhole: () => false,
    proceed: () => {},
    send,
  };
  const access = new AccessRecord("otlp", "http", { info: () => {}, warn: () => {} });
  const answer = new Answer(request, httpProtocol, ENDPOINT, requestCounter("otlp", "http", metrics), access);
  return { answer, request, metrics };
}

test("only the first answer is sent and counted", () => {
  const sent: number[] = [];
  const { answer, metrics } = answerTo(({ status }) => sent.push(status));
  answer.refuse(new Refusal("deadline"));
  answer.refuse(new Refusal("cut_off"));
  expect(sent).toEqual([504]);
  expect(metrics.exposition()).toMatch(/reason="deadline"\} 1/);
  expect(metrics.exposition()).not.toContain("cut_off");
});

test("an answer that can't be sent ends the request, and throws nothing", () => {
  const { answer, request } = answerTo(() => {
    throw new TypeError("invalid character in header");
  });
  answer.refuse(new Refusal("unauthenticated"));
  expect(request.body.destroyed).toBe(true);
});
