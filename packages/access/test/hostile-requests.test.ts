import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { REFUSALS } from "../src/http/refusal.ts";
import { captureInput, enrolPay, type RunningAccess, runAccess } from "./running-access.ts";

/** What must come back in no answer. */
const CANARY = "4111-1111-canary";

let access: RunningAccess;
let routes: readonly {
  readonly method: string;
  readonly path: string;
  readonly hasBody: boolean;
  readonly isOpen: boolean;
}[];
beforeAll(async () => {
  access = await runAccess();
  await enrolPay(access);
  const { body } = await access.call<{
    paths: Record<string, Record<string, { requestBody?: object; security?: unknown[] }>>;
  }>(undefined, "GET", "/v1/openapi.json");
  routes = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody, security }]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{[a-z]+\}/g, "x"),
      hasBody: requestBody !== undefined,
      isOpen: security?.length === 0,
    })),
  );
});
afterAll(() => access.stop());

/** A refusal that is one of the table, and says nothing of what was sent. */
function expectRefused({ status, text, headers }: { status: number; text: string; headers: Headers }): void {
  const { reason, title, ...more } = JSON.parse(text) as { reason: keyof typeof REFUSALS; title: string };
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect({ status, title }).toEqual(REFUSALS[reason]);
  expect(Object.keys(more).filter((key) => key !== "status" && key !== "faults")).toEqual([]);
  expect(text).not.toContain(CANARY);
}

test("without credentials, or with wrong ones, nothing but what is open is answered", async () => {
  const closed = routes.filter(({ isOpen }) => !isOpen);
  expect(closed.length).toBeGreaterThan(15);
  const wrong = [
    undefined,
    "",
    "Bearer",
    `Bearer ${CANARY}`,
    "Bearer a.b.c",
    `Basic ${CANARY}`,
    `bearer scrim_${"x".repeat(43)}`,
    "Bearer ".padEnd(12_000, "x"),
  ];
  for (const { method, path, hasBody } of closed) {
    for (const authorization of wrong) {
      const reply = await access.call(undefined, method, path, {
        ...(hasBody && { body: captureInput() }),
        ...(authorization !== undefined && { headers: { authorization } }),
      });
      expect(reply.status, `${method} ${path}`).toBe(401);
      expectRefused(reply);
    }
  }
});

test("any body is refused with a fault in the schema's own words, and none is echoed", {
  timeout: 60_000,
}, async () => {
  const posts = routes.filter(({ hasBody }) => hasBody);
  const values = fc.oneof(
    fc.json(),
    fc
      .object({
        key: fc.constantFrom("scope", "reason", "duration_s", "capability", "selector", CANARY),
        values: [fc.constant(CANARY), fc.integer(), fc.constant(null)],
      })
      .map((value) => JSON.stringify(value)),
    fc.string(),
    fc.constant(JSON.stringify({ ...captureInput(), [CANARY]: 1 })),
    fc.constant(JSON.stringify(captureInput({ reason: `${CANARY}\n` }))),
    fc.constant(JSON.stringify(captureInput({}, { selector: { where: `${CANARY} ===` } }))),
    fc.constant(`{"a":`.repeat(10_000)),
    fc.constant(`{"__proto__":{"scope":1}}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...posts), values, async ({ method, path }, body) => {
      const reply = await access.call("ana", method, path, { body });
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.status).toBeLessThan(500);
      expectRefused(reply);
    }),
    { numRuns: 300 },
  );
  expect(access.problems).toEqual([]);
});

test.each<[string, object, number]>([
  ["another type", { headers: { "content-type": "text/plain" } }, 415],
  ["no type", { headers: { "content-type": "" } }, 415],
  ["a coding", { headers: { "content-encoding": "gzip" } }, 415],
  ["too much", { body: JSON.stringify({ x: "a".repeat(1_100_000) }) }, 413],
  ["bytes that are no text", { body: "\ud800" }, 400],
  ["a short request key", { headers: { "idempotency-key": "short" } }, 422],
  ["another method", { method: "PATCH" }, 405],
  ["another path", { path: "/v1/request" }, 404],
  [
    "a path that leads out of the log",
    { method: "GET", path: "/v1/audit/..%2f..%2faccess.db", body: undefined },
    404,
  ],
  ["an id that is none", { method: "GET", path: `/v1/requests/${CANARY}`, body: undefined }, 422],
  ["a query that there isn't", { method: "GET", path: `/v1/requests?${CANARY}=1`, body: undefined }, 422],
  ["another host", { headers: { host: "attacker.example" } }, 403],
  ["a header that is too large", { headers: { host: `${"x".repeat(20_000)}` } }, 431],
])(
  "%s is refused",
  async (_, {
    method = "POST",
    path = "/v1/requests",
    body = captureInput(),
    headers = {},
  }: { method?: string; path?: string; body?: unknown; headers?: Record<string, string> }, status) => {
    const reply =
      "host" in headers
        ? await raw(headers.host!)
        : await access.call("ana", method, path, { ...(method !== "GET" && { body }), headers });
    expect(reply.status).toBe(status);
    expectRefused(reply);
  },
);

/** `fetch` writes Host itself. */
async function raw(host: string): Promise<{ status: number; text: string; headers: Headers }> {
  const socket = connect(Number(new URL(access.url).port), "127.0.0.1");
  socket.write(`GET /v1/health HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  let text = "";
  for await (const part of socket) text += part;
  const [head = "", body = ""] = text.split("\r\n\r\n");
  const type = /content-type: (\S+)/i.exec(head)?.[1] ?? "";
  const content = /transfer-encoding: chunked/i.test(head) ? (body.split("\r\n")[1] ?? "") : body;
  return {
    status: Number(head.split(" ")[1]),
    text: content,
    headers: new Headers({ "content-type": type }),
  };
}

test("what isn't there and what may not be seen answer alike", async () => {
  const { body } = await access.call("ana", "POST", "/v1/requests", { body: captureInput() });
  const there = await access.call("nobody", "GET", `/v1/requests/${body.id}`);
  const nowhere = await access.call("nobody", "GET", "/v1/requests/req-0123456789abcdef");
  expect([there.status, there.text]).toEqual([nowhere.status, nowhere.text]);
  for (const verb of ["approve", "deny", "cancel"]) {
    const one = await access.call("nobody", "POST", `/v1/requests/${body.id}/${verb}`, { body: {} });
    const other = await access.call("nobody", "POST", `/v1/requests/req-0123456789abcdef/${verb}`, {
      body: {},
    });
    expect([one.status, one.text]).toEqual([other.status, other.text]);
  }
  const list = await access.call<{ requests: unknown[] }>("nobody", "GET", "/v1/requests");
  expect(list.body.requests).toEqual([]);
});
