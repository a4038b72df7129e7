import { jsonToProto } from "@scrim/wire";

/** Records of one batch, as a busy service would send them. */
export const RECORDS = 2000;

interface KeyValue {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

/** As in OTLP/JSON. */
interface LogRecord {
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: { readonly stringValue: string };
  readonly attributes: readonly KeyValue[];
  readonly [field: string]: unknown;
}

/** Numbers that look random and are the same in every run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function hex(random: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
}

const text = (key: string, value: string): KeyValue => ({ key, value: { stringValue: value } });
const int = (key: string, value: number): KeyValue => ({ key, value: { intValue: String(value) } });
const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

/** What a record with something to redact says, one after the other. */
const SENSITIVE = [
  (n: number) => `welcome mail sent to customer${n}@shop.example`,
  () => "payment with card 4111 1111 1111 1111 declined by issuer",
  (n: number) => `login failed for password=hunter${n} from 203.0.113.${n % 250}`,
  () => "refund to DE89 3704 0044 0532 0130 00 scheduled",
];

/** About 700 bytes of OTLP a record: HTTP server logs with ten or eleven attributes. */
function record(n: number, random: () => number, sensitive: boolean): LogRecord {
  const path = pick(random, ["/cart", "/checkout", "/items/7731/reviews", "/health", "/api/v2/orders"]);
  return {
    timeUnixNano: `17952${String(10_000_000_000_000 + n * 1_000_003).slice(0, 14)}`,
    severityNumber: 9,
    severityText: "INFO",
    traceId: hex(random, 32),
    spanId: hex(random, 16),
    body: {
      stringValue: sensitive
        ? SENSITIVE[n % SENSITIVE.length]!(n)
        : `request ${hex(random, 8)}-${hex(random, 4)} handled by worker ${n % 16} in ${(random() * 90).toFixed(2)} ms, ${Math.floor(random() * 90_000)} bytes sent`,
    },
    attributes: [
      text("http.request.method", pick(random, ["GET", "POST", "PUT"])),
      text("http.route", path),
      text("url.path", path),
      int("http.response.status_code", pick(random, [200, 201, 304, 404, 500])),
      text("server.address", `${pick(random, ["cart", "pay", "web"])}-${n % 20}.prod.internal`),
      int("server.port", 8443),
      text(
        "user_agent.original",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
      ),
      text("network.protocol.version", "1.1"),
      text("k8s.pod.name", `web-${hex(random, 10)}-${hex(random, 5)}`),
      text(
        "request.id",
        `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`,
      ),
      text("code.function.name", "com.shop.web.CheckoutController.submitOrder"),
      ...(n % 3 === 0 ? [text("order.reference", `ORD-${100_000_000 + n}`)] : []),
    ],
  };
}

/** A record as an application emits it. */
export interface EmittedRecord {
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** The records of {@link logBatch} before they are OTLP. */
export function emittedRecords(share: number): EmittedRecord[] {
  return logRecords(share).map(({ severityNumber, severityText, body, attributes }) => ({
    severityNumber,
    severityText,
    body: body.stringValue,
    attributes: Object.fromEntries(
      attributes.map(({ key, value }) => [
        key,
        "stringValue" in value ? value.stringValue : Number(value.intValue),
      ]),
    ),
  }));
}

function logRecords(share: number, count = RECORDS, seed = 7): LogRecord[] {
  const random = pseudoRandom(seed);
  const every = share === 0 ? Infinity : Math.round(1 / share);
  return Array.from({ length: count }, (_, n) => record(n, random, n % every === 0 && share > 0));
}

/** One `ExportLogsServiceRequest` of {@link RECORDS} records unless told otherwise, of which `share` hold something to redact. */
export function logBatch(share: number, count = RECORDS, seed = 7): Buffer {
  const resource = {
    attributes: [
      text("service.name", "web"),
      text("service.version", "4.18.2"),
      text("host.name", "node-17"),
      text("cloud.region", "eu-central-1"),
    ],
  };
  const request = {
    resourceLogs: [
      { resource, scopeLogs: [{ scope: { name: "http" }, logRecords: logRecords(share, count, seed) }] },
    ],
  };
  return jsonToProto("logs", Buffer.from(JSON.stringify(request)));
}

/** A request whose only body is `body`. */
export function bodyBatch(body: string): Buffer {
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: body } }] }] }] };
  return jsonToProto("logs", Buffer.from(JSON.stringify(request)));
}

/** `count` attributes under `keys` different keys, spread over `records` records. */
export function tinyAttributes(count: number, keys: number, records = 1): Buffer {
  const each = count / records;
  const logRecords = Array.from({ length: records }, (_, record) => ({
    attributes: Array.from({ length: each }, (_, n) =>
      text(`k${(record * each + n) % keys}`, String(n % 10)),
    ),
  }));
  return jsonToProto(
    "logs",
    Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })),
  );
}

/** One span with the messages of a model, `kilobytes` of JSON, of which every tenth has something to redact if asked. */
export function messageBatch(kilobytes: number, isSensitive: boolean): Buffer {
  const random = pseudoRandom(11);
  const words = "the order was sent by the shop on Monday and has not arrived at the customer yet".split(" ");
  const messages: object[] = [];
  for (let bytes = 0, n = 0; bytes < kilobytes * 1024; n++) {
    const prose = Array.from({ length: 80 }, () => pick(random, words)).join(" ");
    const content =
      isSensitive && n % 10 === 0 ? `${prose}\n${SENSITIVE[n % SENSITIVE.length]!(n)}` : `${prose}.\n`;
    messages.push({ role: n % 2 === 0 ? "user" : "assistant", parts: [{ type: "text", content }] });
    bytes += content.length + 60;
  }
  const span = {
    traceId: hex(random, 32),
    spanId: hex(random, 16),
    name: "chat",
    attributes: [text("gen_ai.input.messages", JSON.stringify(messages))],
  };
  return jsonToProto(
    "traces",
    Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })),
  );
}

const STATEMENTS: readonly ((n: number) => string)[] = [
  () =>
    `SELECT "o"."id", "o"."total" FROM "orders" AS "o" WHERE "o"."customer_id" = $1 AND "o"."n" > $2 LIMIT $3`,
  (n: number) =>
    `SELECT o.id, o.total FROM orders o WHERE o.customer = 'customer ${n}' AND o.n IN (1, 2, ${n}) LIMIT 10`,
];

/** Spans of queries: with parameters, or with literals. */
export function queryBatch(hasLiterals: boolean): Buffer {
  const spans = Array.from({ length: RECORDS }, (_, n) => ({
    name: "SELECT orders",
    attributes: [
      text("db.system.name", "postgresql"),
      text("db.query.text", STATEMENTS[hasLiterals ? 1 : 0]!(n)),
    ],
  }));
  return jsonToProto("traces", Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })));
}
