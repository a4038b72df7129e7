import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { httpProtocol } from "./http/http-protocol.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { readMessage } from "./read-message.ts";

test("a body that was cut off before anybody read it ends the request at once, not after the time to read", async () => {
  const body = new Readable({ read() {} });
  body.destroy();
  await new Promise(setImmediate);
  const request = { body, isWhole: () => false } as Partial<IncomingRequest> as IncomingRequest;
  const head = {
    operation: { kind: "health" },
    encoding: "protobuf",
    compression: "identity",
    announcedBytes: 0,
    timeoutMs: undefined,
  } as const;
  const endpoint = {
    operations: new Map(),
    request_bytes_max: 1_000,
    response_bytes_max: 1_000,
    read_timeout_ms: 3_600_000,
    authenticator: undefined,
    cors: undefined,
  };
  const read = readMessage(request, httpProtocol, head, endpoint, { take() {} });
  await expect(read).rejects.toMatchObject({ reason: "cut_off" });
});
