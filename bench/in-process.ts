import assert from "node:assert";
import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchLogRecordProcessor,
  LoggerProvider,
  type LogRecordExporter,
  type LogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import pinoRedact from "@pinojs/redact";
import { DETECTORS } from "@scrim/detect";
import {
  createRedactingAttributesProcessor,
  createRedactingDestination,
  createRedactingLogRecordProcessor,
  createRedactingStringify,
} from "@scrim/otel";
import { compilePolicy, type Plan, parsePolicy } from "@scrim/policy";
import pino from "pino";
import { type EmittedRecord, emittedRecords, RECORDS } from "./batches.ts";
import { type Measurement, measureInTurn, measureInTurnAsync, table } from "./measure.ts";
import { replacePasses } from "./rivals.ts";

const ROUNDS = 21;

// ---- by path ----

/** The objects of the benchmarks of `@pinojs/redact`. */
const SMALL = {
  user: { name: "john", password: "secret123" },
  headers: { cookie: "session-token", authorization: "Bearer abc123" },
};
const LARGE = {
  users: Array.from({ length: 100 }, (_, i) => ({
    id: i,
    name: `user${i}`,
    email: `user${i}@example.com`,
    password: `secret${i}`,
    profile: {
      age: 20 + (i % 50),
      preferences: { theme: "dark", notifications: true, apiKey: `key-${i}-secret` },
    },
  })),
  metadata: {
    version: "1.0.0",
    secret: "app-secret-key",
    database: { host: "localhost", password: "db-password" },
  },
};

interface Shape {
  readonly name: string;
  readonly object: object;
  /** As `@pinojs/redact` spells them. */
  readonly paths: readonly string[];
  readonly calls: number;
}

/** Its shapes, and one more: a wildcard that stands for every key. */
const SHAPES: readonly Shape[] = [
  { name: "small, two paths", object: SMALL, paths: ["user.password", "headers.cookie"], calls: 2000 },
  { name: "small, `*.password`", object: SMALL, paths: ["*.password"], calls: 2000 },
  {
    name: "large, two paths",
    object: LARGE,
    paths: ["metadata.secret", "metadata.database.password"],
    calls: 40,
  },
  {
    name: "large, `users.*.password` and one deeper",
    object: LARGE,
    paths: ["users.*.password", "users.*.profile.preferences.apiKey"],
    calls: 40,
  },
  {
    name: "large, `users.*.password` and all of `preferences`",
    object: LARGE,
    paths: ["users.*.password", "users.*.profile.preferences.*"],
    calls: 40,
  },
];

/** Rules for the same paths, and nothing else: an index is no part of a path, and `preferences.*` leaves the map itself. */
function pathPolicy(paths: readonly string[]): Plan {
  const attributes = paths.map((path) => path.replace("users.*", "users"));
  const policy = {
    version: 1,
    detectors: { use: [] },
    rules: [
      { attribute: attributes, action: { replace: "[REDACTED]" }, on_non_string: "stringify" },
      { attribute: "*", action: "keep" },
    ],
  };
  return compilePolicy([parsePolicy(JSON.stringify(policy), "bench")]);
}

const micros = ({ medianMs }: Measurement, calls: number): string => ((medianMs * 1000) / calls).toFixed(2);
const ratio = (a: Measurement, b: Measurement): string => `${(a.medianMs / b.medianMs).toFixed(2)} ×`;

function repeat(calls: number, call: () => unknown): () => void {
  return () => {
    for (let i = 0; i < calls; i++) call();
  };
}

function pathSection(): string[] {
  const rows = SHAPES.map(({ name, object, paths, calls }) => {
    const policy = pathPolicy(paths);
    const processor = createRedactingAttributesProcessor({ policy });
    const scrim = () => processor.process(object);
    const stringify = createRedactingStringify({ policy });
    const peer = pinoRedact({ paths: [...paths], serialize: false });
    const peerJson = pinoRedact({ paths: [...paths] });
    assert.deepStrictEqual(JSON.parse(JSON.stringify(scrim())), JSON.parse(peerJson(object) as string));
    assert.equal(stringify(object), JSON.stringify(scrim()));
    const results = measureInTurn(ROUNDS, {
      scrim: repeat(calls, scrim),
      peer: repeat(calls, () => peer(object)),
      scrimJson: repeat(calls, () => stringify(object)),
      peerJson: repeat(calls, () => peerJson(object)),
    });
    const cells = (ours: string, theirs: string) => [
      micros(results[ours]!, calls),
      micros(results[theirs]!, calls),
      ratio(results[ours]!, results[theirs]!),
    ];
    return [name, ...cells("scrimJson", "peerJson"), ...cells("scrim", "peer")];
  });
  return [
    "### In process: rules for paths alone",
    "A policy of rules and no detectors against `@pinojs/redact` on the objects of its own benchmarks, both with the same masks: to a line of JSON with `createRedactingStringify`, which shares until then what the rules keep whole, and to an object. Its object shares with the caller's what it doesn't mask; ours is a copy of all.",
    table(["µs a call", "Scrim, JSON", "peer", "ratio", "Scrim, object", "peer", "ratio"], rows),
  ];
}

// ---- a logger's lines ----

/** What people commonly look for in values. */
const TWENTY = [
  ...["email", "credit_card", "iban", "us_ssn", "phone", "ipv4", "ipv6", "mac_address", "jwt", "private_key"],
  ...["aws_access_key", "github_token", "gitlab_token", "slack_token", "stripe_key", "google_api_key"],
  ...["npm_token", "sendgrid_key", "url_credentials", "base58_address"],
];

/** Logs all records as a service does: a message, and an object beside it. */
function logging(records: readonly EmittedRecord[], logger: pino.Logger): () => void {
  return () => {
    for (const { body, attributes } of records) logger.info(attributes, body);
  };
}

function linesOf(records: readonly EmittedRecord[]): string[] {
  const lines: string[] = [];
  logging(records, pino({}, { write: (line) => lines.push(line) }))();
  return lines;
}

function lineSection(): string[] {
  const detectors = DETECTORS.filter(({ id }) => TWENTY.includes(id));
  assert.equal(detectors.length, TWENTY.length);
  const settings = { version: 1, unknown: "scan", body: "scan", detectors: { use: TWENTY } };
  const policy = compilePolicy([parsePolicy(JSON.stringify(settings), "bench")]);
  const passes = replacePasses(detectors);
  let bytes = 0;
  const nowhere = { write: (line: string) => void (bytes += line.length) };
  const rows = [0, 0.01, 0.1, 1].map((share) => {
    const records = emittedRecords(share);
    const lines = linesOf(records);
    const destination = createRedactingDestination({ policy, destination: nowhere });
    const results = measureInTurn(ROUNDS, {
      plain: logging(records, pino({}, nowhere)),
      scrim: logging(records, pino({}, createRedactingDestination({ policy, destination: nowhere }))),
      redaction: () => lines.forEach((line) => void destination.write(line)),
      passes: () => lines.forEach((line) => void nowhere.write(passes(line))),
    });
    const { plain, scrim, redaction, passes: replaced } = results;
    return [
      `${share * 100} %`,
      ...[plain!, scrim!].map((result) => micros(result, RECORDS)),
      ratio(scrim!, plain!),
      ...[redaction!, replaced!].map((result) => micros(result, RECORDS)),
      ratio(replaced!, redaction!),
    ];
  });
  assert(bytes > 0);
  const lines = linesOf(emittedRecords(0));
  const length = Math.round(lines.join("").length / lines.length);
  return [
    "### In process: a logger's lines",
    `pino with \`createRedactingDestination\` and ${TWENTY.length} detectors of values, against plain pino, and the redaction of a line alone against as many passes of \`String.replace\` with the same expressions. Lines of ${length} characters, which are thrown away.`,
    table(
      [
        "lines with something to redact",
        "pino, µs a line",
        "with Scrim",
        "ratio",
        "redaction alone",
        "passes",
        "times faster",
      ],
      rows,
    ),
  ];
}

// ---- through the SDK ----

/** An exporter whose transport is nowhere. */
function serializingExporter(): LogRecordExporter & { bytes: number } {
  return {
    bytes: 0,
    export(records, resultCallback) {
      this.bytes += ProtobufLogsSerializer.serializeRequest(records)!.length;
      resultCallback({ code: 0 });
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

/** Emits all records, and waits until they are exported. */
function emitting(
  records: readonly EmittedRecord[],
  around: (delegate: LogRecordProcessor) => LogRecordProcessor,
): () => Promise<void> {
  const exporter = serializingExporter();
  const batch = new BatchLogRecordProcessor({ exporter, maxQueueSize: 2 * RECORDS, maxExportBatchSize: 512 });
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ "service.name": "web", "host.name": "node-17" }),
    processors: [around(batch)],
  });
  const logger = provider.getLogger("http");
  return async () => {
    for (const record of records) logger.emit(record as Parameters<typeof logger.emit>[0]);
    await provider.forceFlush();
    assert(exporter.bytes > 0);
  };
}

async function sdkSection(): Promise<string[]> {
  const rows: string[][] = [];
  for (const share of [0, 0.01, 0.1, 1]) {
    const records = emittedRecords(share);
    const { plain, scrim } = await measureInTurnAsync(ROUNDS, {
      plain: emitting(records, (delegate) => delegate),
      scrim: emitting(
        records,
        (delegate) => createRedactingLogRecordProcessor({ delegate }) as LogRecordProcessor,
      ),
    });
    rows.push([
      `${share * 100} %`,
      micros(plain!, RECORDS),
      micros(scrim!, RECORDS),
      ((1000 * (scrim!.medianMs - plain!.medianMs)) / RECORDS).toFixed(2),
      `${(100 * (scrim!.medianMs / plain!.medianMs - 1)).toFixed(0)} %`,
    ]);
  }
  return [
    "### In process: through the SDK",
    `${RECORDS} log records, emitted, batched and serialized as OTLP/protobuf, with and without \`createRedactingLogRecordProcessor\` and its default policy.`,
    table(["records with something to redact", "µs a record", "with Scrim", "more", "added"], rows),
  ];
}

/** What redaction costs inside an application, against its peers there. */
export async function inProcessSections(): Promise<string[]> {
  return [...pathSection(), ...lineSection(), ...(await sdkSection())];
}
