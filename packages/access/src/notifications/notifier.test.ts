import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { grantOf, requestOf } from "../../test/documents.ts";
import type { ActInProgress } from "../acts/act-in-progress.ts";
import { SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { NotificationTargetSchema } from "./notification-config.ts";
import { Notifier } from "./notifier.ts";
import { tellTargets } from "./tell.ts";
import { readWebhookSecret } from "./webhook-signature.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let folder: string;
let store: SqliteStore;
let url: string;
let deliveries: Delivery[];
let statuses: number[];
let closing: (() => Promise<void> | void)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "scrim-notifier-"));
  store = await SqliteStore.open({ path: join(folder, "access.db") });
  deliveries = [];
  statuses = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    deliveries.push({ headers: request.headers as Record<string, string>, body });
    response.statusCode = statuses.shift() ?? 204;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  closing = [
    () => {
      server.close();
      server.closeAllConnections();
    },
  ];
});
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A notifier to the server, and what has it told of something. */
function start(target: object, told: (problem: unknown) => void = () => {}) {
  const parsed = NotificationTargetSchema.parse({ name: "ops", url, secret_file: "hook.secret", ...target });
  const secret = parsed.secret_file === undefined ? undefined : readWebhookSecret(SECRET, "hook.secret");
  const nowS = () => Math.floor(Date.now() / 1000);
  const destination = { name: parsed.name, url, secret, format: parsed.format };
  const notifier = new Notifier({ store, destinations: [destination], nowS, told, retryS: 0 });
  closing.push(() => notifier.close());
  const tell = tellTargets([parsed]);
  return async (
    event: Parameters<typeof tell>[1],
    request = requestOf("a"),
    grant?: ReturnType<typeof grantOf>,
  ) => {
    await store.write(async (transaction) => {
      await transaction.put("request", request);
      if (grant !== undefined) await transaction.put("grant", grant);
      const act = { transaction, nowS: nowS() } as ActInProgress;
      await tell(act, event, { request, ...(grant !== undefined && { grant }) });
    });
  };
}

const isEmpty = () =>
  store.read(async (transaction) => (await transaction.find("notification", {})).length === 0);

test("what happened arrives signed, as another implementation of Standard Webhooks verifies it, and without the reason", async () => {
  const tell = start({});
  const request = requestOf("a", { ticket: "INC-7" });
  await tell("request.approved", request, grantOf("00112233aabbccdd"));
  await vi.waitFor(() => expect(deliveries).toHaveLength(1));
  const [{ headers, body }] = deliveries as [Delivery];
  const payload = new Webhook(SECRET).verify(body, headers);
  expect(payload).toMatchObject({
    type: "request.approved",
    data: {
      request: { id: request.id, requester: "ana", ticket: "INC-7" },
      grant: { id: "00112233aabbccdd" },
    },
  });
  expect(() => new Webhook(SECRET).verify(body.replace("ana", "bob"), headers)).toThrow();
  expect(body).not.toContain(request.reason.text);
  await vi.waitFor(async () => expect(await isEmpty()).toBe(true));
});

test("it is sent again, under the same id, until it is taken", async () => {
  const problems: unknown[] = [];
  statuses = [500, 503];
  const tell = start({}, (problem) => problems.push(problem));
  await tell("request.created");
  await vi.waitFor(() => expect(deliveries).toHaveLength(3), 10_000);
  expect(new Set(deliveries.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  await vi.waitFor(async () => expect(await isEmpty()).toBe(true));
  expect(problems.map((problem) => (problem as Error).message)).toEqual([
    "a notification was not taken: status 500",
    "a notification was not taken: status 503",
  ]);
  expect(JSON.stringify(problems)).not.toContain("/hook");
});

test("two servers over one store send it once", async () => {
  const tell = start({});
  start({});
  for (let n = 0; n < 10; n++) await tell("request.created", requestOf(`r${n}`));
  await vi.waitFor(async () => expect(await isEmpty()).toBe(true), 5_000);
  expect(deliveries).toHaveLength(10);
});

test("a target hears of the events and tenants that it is for", async () => {
  const tell = start({ events: ["break_glass.taken"], tenants: ["shop"] });
  await tell("request.created");
  await tell("break_glass.taken", requestOf("b", { tenant: "other" }));
  await tell("break_glass.taken", requestOf("c"));
  await vi.waitFor(() => expect(deliveries).toHaveLength(1));
  expect(deliveries[0]?.body).toContain(requestOf("c").id);
});

test("Slack gets a message in which names are no markup", async () => {
  const tell = start({ format: "slack", secret_file: undefined });
  const audiences = [{ service: "pay<!channel>`*", environment: "production" }];
  await tell("request.created", requestOf("a", { audiences }));
  await vi.waitFor(() => expect(deliveries).toHaveLength(1));
  const { text, blocks } = JSON.parse(deliveries[0]!.body) as {
    text: string;
    blocks: { text: { text: string } }[];
  };
  expect(text).toBe("ana asks for access");
  expect(blocks[1]?.text.text).toContain("`pay&lt;!channel&gt;   in production`");
  expect(deliveries[0]!.body).not.toContain("<!channel>");
});

test.each([
  ["no address", { url: undefined }],
  ["two addresses", { url_file: "x" }],
  ["http to elsewhere", { url: "http://hooks.example/x" }],
  ["a password in the address", { url: "https://a:b@hooks.example/x" }],
  ["a webhook without a secret", { secret_file: undefined }],
  ["an event that there isn't", { events: ["request.made"] }],
])("a target with %s is refused", (_, changes) => {
  const target = { name: "ops", url: "https://hooks.example/x", secret_file: "hook.secret", ...changes };
  expect(NotificationTargetSchema.safeParse(target).success).toBe(false);
});

test.each(["", "whsec_", "whsec_c2hvcnQ=", "secret", `${SECRET}!`])("%j is no secret", (text) => {
  expect(() => readWebhookSecret(text, "hook.secret")).toThrow(
    expect.objectContaining({ code: "KEY_INVALID" }),
  );
});
