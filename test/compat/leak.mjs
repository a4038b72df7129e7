/**
 * The leak test on the SDK of one major, with our packed tarballs: canaries of every type, through four loggers and the SDK's own
 * interfaces, into an exporter in memory and exporters of OTLP as JSON and protobuf.
 */
import assert from "node:assert/strict";
import { OTLPLogExporter as JsonLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import {
  bridgeApiLogs,
  createRedactingLogRecordExporter,
  createRedactingLogRecordProcessor,
  createRedactingSpanExporter,
  createRedactingSpanProcessor,
} from "@scrim/otel";
import { CANARIES } from "./canaries.ts";
import { LOGGERS } from "./loggers.mjs";
import { Planter, textsIn } from "./planter.ts";
import * as sdk from "./sdk.mjs";
import {
  emitLogs,
  endSpan,
  logBaggage,
  requestText,
  resourceOf,
  spanBaggage,
  toEach,
} from "./sdk-surface.ts";
import { startSink } from "./sink.ts";

/** The plug-ins, and in their place what lets everything through. */
const REDACTED = {
  processor: (delegate) => createRedactingLogRecordProcessor({ delegate }),
  exporter: (delegate) => createRedactingLogRecordExporter({ delegate }),
  spanProcessor: (delegate) => createRedactingSpanProcessor({ delegate }),
  spanExporter: (delegate) => createRedactingSpanExporter({ delegate }),
};
const asIs = (delegate) => delegate;
const OPEN = { processor: asIs, exporter: asIs, spanProcessor: asIs, spanExporter: asIs };

/** Places that a logger, or the SDK, keeps to itself. */
const KEPT = {
  pino: [
    ...["error cause detail", "error root cause", "error detail"],
    ...["err cause detail", "err root cause", "err detail"],
  ],
  winston: ["err cause detail", "err root cause", "err detail"],
  bunyan: [
    ...["error cause", "error cause detail", "error root cause", "error detail"],
    ...["err cause", "err cause detail", "err root cause", "err detail"],
    ...["cause of VError cause", "cause of VError cause detail"],
    ...["cause of VError root cause", "cause of VError detail"],
  ],
  console: [],
  ...sdk.KEPT,
};

const sink = await startSink();

/** What leaves of the logs that `say` says, on every way out. */
const logged =
  (say) =>
  async (planter, { processor, exporter }) => {
    const since = sink.received.length;
    const memory = new sdk.InMemoryLogRecordExporter();
    const url = `${sink.url}/v1/logs`;
    const all = toEach([memory, new JsonLogExporter({ url }), new ProtobufLogExporter({ url })]);
    const batch = new sdk.BatchLogRecordProcessor(sdk.processorOptions(exporter(all)));
    const provider = new sdk.LoggerProvider({
      resource: resourceOf(planter),
      processors: [logBaggage(processor(batch))],
    });
    sdk.logsApi.setGlobalLoggerProvider(provider);
    say(planter, provider);
    await provider.forceFlush();
    await all.forceFlush();
    sdk.logsApi.disable();
    const requests = sink.received.slice(since);
    assert.deepEqual(
      new Set(requests.map(({ contentType }) => contentType)),
      new Set(["application/json", "application/x-protobuf"]),
    );
    return [
      textsIn(memory.getFinishedLogRecords()),
      ...requests.map(({ contentType, body }) => requestText(contentType, body)),
    ];
  };

async function traced(planter, { spanProcessor, spanExporter }) {
  const memory = new sdk.InMemorySpanExporter();
  const last = new sdk.SimpleSpanProcessor(sdk.spanProcessorOptions(spanExporter(memory)));
  const provider = new sdk.TracerProvider({
    resource: resourceOf(planter),
    spanProcessors: [spanBaggage, spanProcessor(last)],
  });
  endSpan(planter, provider.getTracer(planter.at("scope name"), planter.at("scope version")));
  await provider.forceFlush();
  const spans = memory.getFinishedSpans();
  assert.equal(spans.length, 1);
  const requests = [sdk.ProtobufTraceSerializer, sdk.JsonTraceSerializer].map((each) =>
    Buffer.from(each.serializeRequest(spans)),
  );
  return [
    textsIn(spans),
    requestText("application/x-protobuf", requests[0]),
    requestText("application/json", requests[1]),
  ];
}

/** Returns in how many places canaries were planted that leave without redaction. */
async function assertNothingLeaks(name, send) {
  const open = new Planter(CANARIES.email);
  const survivors = open.survivors(await send(open, OPEN));
  assert.deepEqual(
    open.places.filter((place) => !survivors.includes(place)),
    KEPT[name],
    `${name}: without redaction canaries leave in every place but these`,
  );
  for (const [type, make] of Object.entries(CANARIES)) {
    const planter = new Planter(make);
    assert.deepEqual(
      planter.survivors(await send(planter, REDACTED)),
      [],
      `${name}: canaries of type ${type} that left`,
    );
    assert.deepEqual(
      planter.changed(),
      open.changed(),
      `${name}: objects of the application that were changed`,
    );
  }
  return survivors.length;
}

assert.equal(bridgeApiLogs().state, sdk.BRIDGE);
const SENDERS = {
  ...Object.fromEntries(Object.entries(LOGGERS).map(([name, say]) => [name, logged(say)])),
  "log records": logged(emitLogs),
  spans: traced,
};
const types = Object.keys(CANARIES).length;
for (const [name, send] of Object.entries(SENDERS)) {
  const places = await assertNothingLeaks(name, send);
  console.log(
    `packed: ${name}: none of ${types} kinds of canaries leaves from ${places} places under ${sdk.NAME}`,
  );
}
await sink.close();
