import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  generateKeys,
  type KeyedGrant,
  mintToken,
  readPrivateKey,
  readPublicKey,
  signBundle,
  signKeySet,
} from "@scrim/grants";
import { pipelineMetrics } from "@scrim/pipeline";
import { encodeRequest, type JsonObject } from "@scrim/wire";
import { afterEach, expect, test, vi } from "vitest";
import { stringAttribute } from "../../../testing/capture.ts";
import { GRANT_ID, GRANT_KEY, keyedGrant, OTHER_TRACE_ID, TRACE_ID } from "../../../testing/grants.ts";
import { startSink } from "../../../testing/sink.ts";
import { startTestGateway, type TestGateway } from "../../../testing/test-gateway.ts";
import { startGateway as startScrimGateway } from "../../start-gateway.ts";
import { CAPTURE_MARKED_SPANS } from "./capture-metrics.ts";

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const AUDIENCE = { service: "gateway", environment: "production" };

/** A folder with the gateway's keys, and a way to put a bundle there. */
function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), "scrim-capture-"));
  open.push(() => rmSync(folder, { recursive: true }));
  const signing = generateKeys("signing");
  const service = generateKeys("service");
  const put = (name: string, content: string | Buffer) =>
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  put("signer.pub", signing.publicKey);
  put("gateway.key", service.privateKey);
  let version = 0;
  const sign = (grants: readonly KeyedGrant[]) => {
    const now = Math.floor(Date.now() / 1000);
    return signBundle(
      { audience: AUDIENCE, version: ++version, issuedAt: now, expiresAt: now + 60, grants },
      readPrivateKey("signing", signing.privateKey, "signer.key"),
      [readPublicKey("service", service.publicKey, "gateway.pub")],
    );
  };
  return { folder, put, sign, putBundle: (grants: readonly KeyedGrant[]) => put("bundle", sign(grants)) };
}

/** A grant that holds now. */
function currentGrant(selector: Parameters<typeof keyedGrant>[0] = {}): KeyedGrant {
  const now = Math.floor(Date.now() / 1000);
  return keyedGrant({ not_before: now - 5, expires_at: now + 60, ...selector });
}

const CAPTURE = {
  audience: AUDIENCE,
  file: "bundle",
  trusted: ["signer.pub"],
  key: ["gateway.key"],
  state: "version",
};

/** A gateway whose logs and traces pass verbose_capture, a sampler that keeps nothing by itself of traces, and the policy. */
async function startGateway(folder: string, capture: object = {}) {
  const sink = await startSink();
  open.push(() => sink.close());
  const chain = { receivers: ["otlp"], exporters: ["otlphttp"], ack: "delivered" };
  const gateway = await startTestGateway({
    baseDir: folder,
    processors: {
      verbose_capture: { ...CAPTURE, ...capture },
      probabilistic_sampler: { sampling_percentage: 0 },
      policy: {},
    },
    exporters: { otlphttp: { endpoint: sink.url, compression: "none" } },
    service: {
      pipelines: {
        logs: { ...chain, processors: ["verbose_capture", "policy"] },
        traces: { ...chain, processors: ["verbose_capture", "probabilistic_sampler", "policy"] },
      },
    },
  });
  open.push(() => gateway.shutdown());
  return { gateway, sink };
}

async function send(
  gateway: TestGateway,
  signal: "logs" | "traces",
  items: readonly JsonObject[],
): Promise<void> {
  const tree =
    signal === "logs"
      ? { resourceLogs: [{ scopeLogs: [{ logRecords: items }] }] }
      : { resourceSpans: [{ scopeSpans: [{ spans: items }] }] };
  const response = await fetch(`${gateway.url}/v1/${signal}`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf" },
    body: new Uint8Array(encodeRequest(signal, tree)),
  });
  expect(response.status).toBe(200);
}

const textsIn = (sink: { readonly requests: readonly { readonly body: Buffer }[] }) =>
  sink.requests.map(({ body }) => body.toString("latin1")).join("\n");

const record = (text: string, severityNumber: number, more: JsonObject = {}): JsonObject => ({
  severityNumber,
  traceId: TRACE_ID,
  body: { stringValue: text },
  ...more,
});

const count = (gateway: TestGateway, metric: { readonly name: string }, pipeline = "logs") =>
  gateway.metrics.sum(metric as typeof pipelineMetrics.PIPELINE_DELIVERED_ITEMS, { pipeline });

test("with a bundle in a file: what is approved comes through, masked and marked, and nothing else", async () => {
  const { folder, putBundle } = makeFolder();
  putBundle([currentGrant({ selector: { trace_ids: ["f".repeat(32)] } })]);
  const { gateway, sink } = await startGateway(folder);
  const claims = { grant: GRANT_ID, expiresAt: Math.floor(Date.now() / 1000) + 30, severity: 5 };
  const token = mintToken(GRANT_KEY, claims, TRACE_ID);
  const stamped = { attributes: [stringAttribute("scrim.token", token)] };
  await send(gateway, "logs", [
    record("approved detail of jane@example.com", 5, stamped),
    record("detail without a token", 5),
    record("detail of another trace", 5, { ...stamped, traceId: OTHER_TRACE_ID }),
    record("information", 9, stamped),
  ]);
  await send(gateway, "traces", [
    { traceId: TRACE_ID, spanId: "00f067aa0ba902b7", name: "approved span", traceState: `scrim=${token}` },
    {
      traceId: OTHER_TRACE_ID,
      spanId: "00f067aa0ba902b7",
      name: "span that says it is",
      attributes: [stringAttribute("scrim.grant.id", GRANT_ID)],
    },
  ]);
  const texts = textsIn(sink);
  expect(texts).toContain("approved detail of [REDACTED:email]");
  expect(texts).toContain("information");
  expect(texts).toContain("approved span");
  expect(texts.split("scrim.grant.id")).toHaveLength(3); // the record and the span
  expect(texts.split(GRANT_ID)).toHaveLength(3);
  expect(texts).not.toMatch(/without a token|another trace|says it is/);
  expect(texts).not.toContain(token);
  expect(count(gateway, pipelineMetrics.PIPELINE_DROPPED_ITEMS)).toBe(2);
  expect(gateway.metrics.sum(CAPTURE_MARKED_SPANS)).toBe(1);
});

test("held records arrive once a bundle approves their trace, and every record is counted where it is", async () => {
  const { folder, putBundle } = makeFolder();
  putBundle([]);
  const { gateway, sink } = await startGateway(folder, { hold: "60s" });
  await send(gateway, "logs", [
    record("first", 5),
    record("second", 6),
    record("information", 9),
    record("never", 5, { traceId: OTHER_TRACE_ID }),
  ]);
  const balance = () => ({
    incoming: count(gateway, pipelineMetrics.PIPELINE_INCOMING_ITEMS),
    delivered: count(gateway, pipelineMetrics.PIPELINE_DELIVERED_ITEMS),
    held: count(gateway, pipelineMetrics.PIPELINE_HELD_ITEMS),
    dropped: count(gateway, pipelineMetrics.PIPELINE_DROPPED_ITEMS),
  });
  expect(balance()).toEqual({ incoming: 4, delivered: 1, held: 3, dropped: 0 });
  putBundle([currentGrant()]);
  await vi.waitFor(
    () => expect(balance()).toEqual({ incoming: 4, delivered: 3, held: 1, dropped: 0 }),
    5_000,
  );
  expect(textsIn(sink)).toMatch(/information[\s\S]*first[\s\S]*second/);
  expect(textsIn(sink)).not.toContain("never");
  await gateway.shutdown();
  expect(balance()).toEqual({ incoming: 4, delivered: 3, held: 0, dropped: 1 });
});

/** A server of bundles and leases. */
async function startServer(bundle: () => Buffer, leases: { left: number }): Promise<string> {
  const server: Server = createServer((request, response) => {
    expect(request.headers.authorization).toBe("Bearer secret");
    if (request.url === "/v1/bundles/gateway/production") {
      if (request.headers.accept === "text/event-stream") {
        response.writeHead(200, { "content-type": "text/event-stream" }).write(":\n\n");
      } else response.end(bundle());
      return;
    }
    expect([request.method, request.url]).toEqual(["POST", "/v1/grant-uses"]);
    const granted = Math.min(leases.left, 1);
    leases.left -= granted;
    request.resume().on("end", () => {
      response.end(JSON.stringify({ granted: { [GRANT_ID]: granted } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("with a server: a predicate approves as many traces as are leased", async () => {
  const { folder, put, sign } = makeFolder();
  put("token", "secret\n");
  const where = { selector: { where: "url.path == '/pay'" }, traces_max: 1 };
  const leases = { left: 1 };
  const url = await startServer(() => sign([currentGrant(where)]), leases);
  const { gateway, sink } = await startGateway(folder, {
    file: undefined,
    url,
    token_file: "token",
    trace_id_routing: true,
  });
  await vi.waitFor(() => expect(leases.left).toBe(0), 5_000);
  const span = (traceId: string, path: string): JsonObject => ({
    traceId,
    spanId: "00f067aa0ba902b7",
    name: `GET ${path}`,
    attributes: [stringAttribute("url.path", path)],
  });
  await vi.waitFor(async () => {
    await send(gateway, "traces", [span(OTHER_TRACE_ID, "/other"), span(TRACE_ID, "/pay")]);
    expect(gateway.metrics.sum(CAPTURE_MARKED_SPANS)).toBeGreaterThan(0);
  }, 5_000);
  await send(gateway, "traces", [span("ab".repeat(16), "/pay")]); // there is no lease for it
  await send(gateway, "logs", [
    record("approved", 5),
    record("of another path", 5, { traceId: OTHER_TRACE_ID }),
    record("past the lease", 5, { traceId: "ab".repeat(16) }),
  ]);
  expect(textsIn(sink)).toContain("approved");
  expect(textsIn(sink)).not.toMatch(/of another path|past the lease/);
});

test("predicates are ignored and warned about where not all of a trace comes to this gateway", async () => {
  const { folder, putBundle } = makeFolder();
  putBundle([currentGrant({ selector: { where: "a == 'b'" }, traces_max: 5 })]);
  const { gateway } = await startGateway(folder);
  expect(gateway.warnings).toEqual(["processors.verbose_capture: grants with predicates are ignored"]);
});

test("a bundle that can't be trusted is warned about, and grants nothing", async () => {
  const { folder, put } = makeFolder();
  put("bundle", makeFolder().sign([currentGrant()]));
  const { gateway, sink } = await startGateway(folder);
  expect(gateway.warnings.join()).toContain("its signing key is not trusted");
  await send(gateway, "logs", [record("detail", 5)]);
  expect(sink.requests).toEqual([]);
});

test("with a root: signers are those of its set, and what a removed one has signed ends", async () => {
  const { folder, put, putBundle } = makeFolder();
  const root = generateKeys("root");
  put("root.pub", root.publicKey);
  const putSet = (version: number, signers: readonly string[]) => {
    const issuedAt = Math.floor(Date.now() / 1000);
    const keys = signers.map((pem) => ({
      key: readPublicKey("signing", pem, "a.pub"),
      uses: ["grants" as const],
    }));
    const set = { version, issuedAt, expiresAt: issuedAt + 600, keys };
    put("keys.set", signKeySet(set, readPrivateKey("root", root.privateKey, "root.key")));
  };
  putSet(1, [readFileSync(join(folder, "signer.pub"), "utf8")]);
  putBundle([currentGrant()]);
  const rooted = { trusted: undefined, root: ["root.pub"], key_set_file: "keys.set" };
  const { gateway, sink } = await startGateway(folder, rooted);
  const claims = { grant: GRANT_ID, expiresAt: Math.floor(Date.now() / 1000) + 30, severity: 5 };
  const token = mintToken(GRANT_KEY, claims, TRACE_ID);
  const stamped = { attributes: [stringAttribute("scrim.token", token)] };
  await send(gateway, "logs", [record("approved detail", 5, stamped)]);
  expect(textsIn(sink)).toContain("approved detail");
  putSet(2, []);
  await vi.waitFor(() => expect(gateway.warnings.join()).toContain("its signing key is not trusted"), 5_000);
  await send(gateway, "logs", [record("later detail", 5, stamped)]);
  expect(textsIn(sink)).not.toContain("later detail");
  expect(JSON.parse(readFileSync(join(folder, "version.keys"), "utf8"))).toMatchObject({ version: 2 });
});

test("the README's configuration starts a gateway", async () => {
  const { folder, putBundle } = makeFolder();
  putBundle([]);
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const blocks = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
  const config = blocks.find((block) => block.includes("verbose_capture:"))!.replace("otlp:\n", OTLP);
  const gateway = await startScrimGateway({
    config: `${config}  extensions: []\n  telemetry: { metrics: { level: none } }\n`.replaceAll(
      "grants.bundle",
      "bundle",
    ),
    baseDir: folder,
    log: { info: () => {}, warn: (message) => expect.unreachable(message) },
  });
  await gateway.shutdown();
});

/** On any free port. */
const OTLP = 'otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } }\n';

const PIPELINES = {
  receivers: ["otlp"],
  processors: ["verbose_capture", "policy"],
  exporters: ["debug"],
};

const REFUSED: readonly [name: string, capture: object, expected: object, pipelines?: object][] = [
  ["no source", { file: undefined }, { code: "CONFIG_INVALID", path: "processors.verbose_capture" }],
  ["two sources", { url: "https://x" }, { code: "CONFIG_INVALID", path: "processors.verbose_capture" }],
  ["no signer", { trusted: undefined }, { code: "CONFIG_INVALID", path: "processors.verbose_capture" }],
  [
    "signers and a root",
    { root: ["signer.pub"], key_set_file: "keys.set" },
    { code: "CONFIG_INVALID", path: "processors.verbose_capture" },
  ],
  [
    "a root whose set comes from nowhere",
    { trusted: undefined, root: ["signer.pub"] },
    { code: "CONFIG_INVALID", path: "processors.verbose_capture.key_set_file" },
  ],
  [
    "a set of keys without a root",
    { key_set_file: "keys.set" },
    { code: "CONFIG_INVALID", path: "processors.verbose_capture.key_set_file" },
  ],
  ["a URL with a password", { url: "https://a:b@x" }, { path: "processors.verbose_capture.url" }],
  [
    "predicates that nobody counts",
    { trace_id_routing: true },
    { code: "CONFIG_INVALID", path: "processors.verbose_capture.lease_url" },
  ],
  ["a key that isn't there", { key: ["nowhere"] }, { code: "CONFIG_UNREADABLE" }],
  ["a key of the wrong kind", { trusted: ["gateway.key"] }, { code: "KEY_INVALID", path: "gateway.key" }],
  [
    "a key that others may read",
    { key: ["open.key"] },
    { code: "CONFIG_UNREADABLE", hint: expect.stringContaining("chmod") },
  ],
  [
    "a key of the configuration that there isn't",
    { holds: "1s" },
    { hint: expect.stringContaining('"hold"') },
  ],
  [
    "records held for two pipelines",
    { hold: "1s" },
    { code: "CONFIG_INVALID", path: "processors.verbose_capture" },
    { logs: PIPELINES, "logs/2": PIPELINES },
  ],
  [
    "a place behind the policy",
    {},
    { code: "CONFIG_UNREDACTED" },
    { logs: { ...PIPELINES, processors: ["policy", "verbose_capture"] } },
  ],
];

test.each(REFUSED)("%s stops the start", async (_, capture, expected, pipelines = { logs: PIPELINES }) => {
  const { folder, put } = makeFolder();
  put("open.key", generateKeys("service").privateKey);
  chmodSync(join(folder, "open.key"), 0o644);
  const starting = startTestGateway({
    baseDir: folder,
    processors: { verbose_capture: { ...CAPTURE, ...capture }, policy: {} },
    service: { pipelines },
  });
  await expect(starting).rejects.toMatchObject(expected);
});
