import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { JsonLogsSerializer, JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import {
  createRedactingLogRecordProcessor,
  createRedactingSpanProcessor,
  type LogRecordLike,
  type SpanLike,
} from "@scrim/otel";
import { decodeRequest, type JsonValue, jsonToProto, type Signal } from "@scrim/wire";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LOG_RECORDS, SPANS } from "../../packages/otel/test/records.ts";
import { type ScrimLines, startScrimLines } from "../cli/scrim-lines.ts";

/** How many log records go through both, under two policies, and how many spans, which hold more. */
const LOGS = Math.max(10_000, Number(process.env.SCRIM_FUZZ_RUNS ?? 0)) / 2;
const TRACES = LOGS / 10;
/** On a busy machine, too. */
const TIMEOUT_MS = 60_000 + 10 * LOGS;
/** Lines under way at once. */
const BATCH = 500;

const POLICIES = {
  "the default policy": "version: 1\n",
  "a policy of every action": `version: 1
unknown: mask
classes: { credential: drop, direct_identifier: { mask: { keep_last: 4 } }, location: { truncate: 3 } }
rules:
  - { attribute: order.id, action: keep }
  - { attribute: k, action: drop }
  - { attribute: user, where: { resource: { service.name: shop } }, action: { replace: somebody } }
`,
} as const;

const lastly = { forceFlush: async () => {}, shutdown: async () => {} };

/** Redacts one log record or span as the SDK would hand it to the processor. */
interface Processor<Item> {
  readonly signal: Signal;
  readonly arbitrary: fc.Arbitrary<Item>;
  redact(item: Item): Item;
  /** The request that an exporter of OTLP/JSON sends. */
  serialize(item: Item): string;
}

function logProcessor(policy: string): Processor<LogRecordLike> {
  let redacted: LogRecordLike | undefined;
  const delegate = { ...lastly, onEmit: (copy: LogRecordLike) => void (redacted = copy) };
  const processor = createRedactingLogRecordProcessor({ policy, delegate });
  return {
    signal: "logs",
    arbitrary: LOG_RECORDS,
    redact(record) {
      processor.onEmit(record);
      return redacted!;
    },
    serialize: (record) => Buffer.from(JsonLogsSerializer.serializeRequest([record as never])!).toString(),
  };
}

function spanProcessor(policy: string): Processor<SpanLike> {
  let redacted: SpanLike | undefined;
  const delegate = { ...lastly, onStart() {}, onEnd: (copy: SpanLike) => void (redacted = copy) };
  const processor = createRedactingSpanProcessor({ policy, delegate });
  return {
    signal: "traces",
    arbitrary: SPANS,
    redact(span) {
      processor.onEnd(span);
      return redacted!;
    },
    serialize: (span) => Buffer.from(JsonTraceSerializer.serializeRequest([span as never])!).toString(),
  };
}

/**
 * Whether the exporter's JSON says what the record says. Of whole numbers that no int64 can hold, 1e300 among them, it makes an
 * `intValue` that is none; of NaN and infinities null.
 */
function isFaithful(signal: Signal, json: string): boolean {
  if (json.includes('"doubleValue":null')) return false;
  try {
    jsonToProto(signal, Buffer.from(json));
    return true;
  } catch {
    return false;
  }
}

/**
 * What a request says, whichever way its JSON is written. Objects hold a key once: of several the last counts. The exporter writes a
 * body that is not there as an empty one.
 */
function meaning(signal: Signal, json: string): JsonValue {
  return simplified(decodeRequest(signal, jsonToProto(signal, Buffer.from(json))));
}

function simplified(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const last = new Map(value.map((element, i) => [keyOf(element) ?? i, element]));
    return [...last.values()].map(simplified);
  }
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(
    ([name, inner]) => name !== "body" || !isDeepStrictEqual(inner, {}),
  );
  return Object.fromEntries(members.map(([name, inner]) => [name, simplified(inner!)]));
}

/** Of a `KeyValue`, which has a key or a value. */
function keyOf(element: JsonValue): string | undefined {
  if (typeof element !== "object" || element === null || Array.isArray(element)) return undefined;
  if (!("value" in element) && !("key" in element)) return undefined;
  return String((element as { key?: string }).key ?? "");
}

/** Sends records through both, in batches. A failure names the seed, with which the record comes again. */
async function compare<Item>(
  processor: Processor<Item>,
  command: ScrimLines,
  numRuns: number,
): Promise<void> {
  const { signal, arbitrary, redact, serialize } = processor;
  const seed = Number(process.env.SCRIM_FUZZ_SEED ?? Date.now() % 2 ** 31);
  const sendable = arbitrary.filter((item) => isFaithful(signal, serialize(item)));
  const items = fc.sample(sendable, { numRuns, seed });
  for (let from = 0; from < items.length; from += BATCH) {
    const batch = items.slice(from, from + BATCH);
    const copies = batch.map(redact);
    const ours = copies.map(serialize);
    const theirs = await command.ask(batch.map(serialize));
    const again = await command.ask(ours);
    for (const [i, copy] of copies.entries()) {
      const where = `record ${from + i} of SCRIM_FUZZ_SEED=${seed}`;
      const expected = meaning(signal, ours[i]!);
      assertSame(meaning(signal, theirs[i]!), expected, where);
      if (again[i] !== theirs[i])
        assertSame(meaning(signal, again[i]!), expected, `${where}, once more through the command`);
      assertSame(serialize(redact(copy)), ours[i], `${where}, once more through the processor`);
    }
  }
}

/** `expect` for ten thousands of large values: it is asked only to show a difference. */
function assertSame(actual: unknown, expected: unknown, where: string): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual, where).toEqual(expected);
}

describe.each(Object.entries(POLICIES))("%s", (name, yaml) => {
  let folder: string;
  let policy: string;
  let command: ScrimLines;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "scrim-sdk-and-command-"));
    policy = join(folder, "policy.yaml");
    writeFileSync(policy, yaml);
    command = startScrimLines(["redact", "--format", "otlp-json", "--policy", policy]);
  });
  afterAll(async () => {
    expect(await command.close(), name).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test(
    `${LOGS} log records come out of the processor as out of the command, and stay so`,
    () => compare(logProcessor(policy), command, LOGS),
    TIMEOUT_MS,
  );

  test(
    `${TRACES} spans come out of the processor as out of the command, and stay so`,
    () => compare(spanProcessor(policy), command, TRACES),
    TIMEOUT_MS,
  );
});
