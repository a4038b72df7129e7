/**
 * Runs in an empty project with our packed tarballs and the SDK of one major, which `sdk.mjs` beside it names: redaction through
 * real providers, processors and exporters. Prints what it proved; throws where something leaks.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createTraceState, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import {
  createRedactingLogRecordExporter,
  createRedactingLogRecordProcessor,
  createRedactingSpanExporter,
  createRedactingSpanProcessor,
} from "@scrim/otel";
import * as sdk from "./sdk.mjs";

const SECRET = "jane@leak.example";

/** The api that our package got is the one that the SDK has: else `diag` and trace states would be strangers. */
function versionOfApi(from) {
  const main = createRequire(from).resolve("@opentelemetry/api");
  let folder = dirname(main);
  while (!folder.endsWith("api")) folder = dirname(folder);
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
}

const resolve = createRequire(import.meta.url).resolve;
const ours = versionOfApi(resolve("@scrim/otel"));
assert.equal(ours, versionOfApi(resolve(sdk.LOGS)));
assert.match(ours, sdk.API);

const resource = sdk.resourceFromAttributes({ "service.name": "shop", owner: SECRET });

function logs() {
  const exporter = new sdk.InMemoryLogRecordExporter();
  const delegate = new sdk.SimpleLogRecordProcessor(
    sdk.processorOptions(createRedactingLogRecordExporter({ delegate: exporter })),
  );
  const provider = new sdk.LoggerProvider({
    resource,
    processors: [createRedactingLogRecordProcessor({ delegate })],
  });
  const logger = provider.getLogger(`scope of ${SECRET}`);
  const body = { user: { email: SECRET, tries: 3 }, list: [SECRET, new TextEncoder().encode(SECRET)] };
  const before = structuredClone(body);
  logger.emit({ body, severityNumber: 9, severityText: `INFO ${SECRET}`, eventName: `event of ${SECRET}` });
  logger.emit({
    body: `mail to ${SECRET}`,
    attributes: { "user.email": SECRET, nested: { note: [SECRET] } },
  });
  logger.emit({ body: "order 7 sent", attributes: { "http.route": "/cart", items: 3 } });
  assert.deepEqual(body, before, "the application's body stays as it was");
  const records = exporter.getFinishedLogRecords();
  assert.equal(records.length, 3);
  assert.deepEqual(records[0].body.user, { email: "[REDACTED:direct_identifier]", tries: 3 });
  assert.equal(records[0].severityNumber, 9);
  assert.equal(records[2].body, "order 7 sent");
  assert.deepEqual({ ...records[2].attributes }, { "http.route": "/cart", items: 3 });
  assert.equal(records[0].resource, records[2].resource, "records are grouped by their resource");
  for (const serializer of [sdk.ProtobufLogsSerializer, sdk.JsonLogsSerializer])
    assert(
      !Buffer.from(serializer.serializeRequest(records)).includes("jane@"),
      "no canary in what is exported",
    );
}

function spans() {
  const exporter = new sdk.InMemorySpanExporter();
  const delegate = new sdk.SimpleSpanProcessor(
    sdk.spanProcessorOptions(createRedactingSpanExporter({ delegate: exporter })),
  );
  const provider = new sdk.TracerProvider({
    resource,
    spanProcessors: [createRedactingSpanProcessor({ delegate })],
  });
  const context = {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    traceFlags: 1,
    traceState: createTraceState(`mail=${SECRET},shop=7`),
  };
  const tracer = provider.getTracer("test");
  const span = tracer.startSpan(
    `GET ${SECRET}`,
    {
      attributes: { "user.email": SECRET, "http.route": "/cart" },
      links: [{ context, attributes: { note: SECRET } }],
    },
    trace.setSpanContext(ROOT_CONTEXT, context),
  );
  span.addEvent(`event of ${SECRET}`, { note: SECRET });
  span.recordException(new Error(SECRET));
  span.setStatus({ code: 2, message: `failed for ${SECRET}` });
  span.end();
  const [exported] = exporter.getFinishedSpans();
  assert.equal(exported.name, "GET [REDACTED:email]");
  assert.equal(exported.attributes["http.route"], "/cart");
  assert.equal(exported.spanContext().traceId, context.traceId);
  assert.equal(exported.events.length, 2);
  for (const serializer of [sdk.ProtobufTraceSerializer, sdk.JsonTraceSerializer])
    assert(
      !Buffer.from(serializer.serializeRequest([exported])).includes("jane@"),
      "no canary in what is exported",
    );
}

logs();
spans();
console.log(`packed: log records and spans are redacted under ${sdk.NAME}, with @opentelemetry/api ${ours}`);
