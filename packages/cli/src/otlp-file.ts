import { createReadStream } from "node:fs";
import { OperatingError } from "@scrim/errors";
import type { Plan } from "@scrim/policy";
import { createRedactor, type Redactor } from "@scrim/redact";
import { jsonToProto, SIGNALS, type Signal } from "@scrim/wire";
import { allBytes, LINE_BYTES_MAX } from "./lines.ts";
import { otlpDocuments, signalOf } from "./otlp-documents.ts";

/** An export request in protobuf. */
export interface OtlpRequest {
  readonly signal: Signal;
  readonly bytes: Buffer;
}

/** What OTLP JSON begins with. A newline is not among it: there protobuf's first field begins. */
const JSON_BEGINS: ReadonlySet<number> = new Set(Buffer.from("{ \t\r"));

/**
 * The export requests in a file of OTLP JSON or protobuf.
 *
 * @param stream the file's bytes
 * @param signal that of the requests; found in them where it is undefined
 * @throws {OperatingError} what decoders throw, and `TOO_LARGE` for a request over 64 MiB
 */
export async function* otlpRequests(
  stream: AsyncIterable<Buffer>,
  signal: Signal | undefined,
  plan: Plan,
): AsyncGenerator<OtlpRequest> {
  const chunks = stream[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return;
  const whole = following(first.value, chunks);
  if (!JSON_BEGINS.has(first.value[0]!)) {
    const bytes = await allBytes(whole, LINE_BYTES_MAX);
    yield { signal: signal ?? likelySignal(bytes, createRedactor(plan)), bytes };
    return;
  }
  for await (const json of otlpDocuments(whole)) {
    const found = signal ?? signalOf(json);
    yield { signal: found, bytes: jsonToProto(found, json) };
  }
}

/** The bytes of a file. @throws {OperatingError} `INPUT_INVALID` where it can't be read */
export async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = code === "ENOENT" ? "no such file" : `can't be read (${code})`;
    throw new OperatingError("INPUT_INVALID", message, { path: file, cause });
  }
}

async function* following(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (let chunk = first; ; ) {
    yield chunk;
    const next = await rest.next();
    if (next.done === true) return;
    chunk = next.value;
  }
}

/** Protobuf doesn't name its signal: it is the one under which the fewest fields are unknown. */
function likelySignal(bytes: Buffer, redactor: Redactor): Signal {
  let likely: Signal = "logs";
  let fewest = Number.POSITIVE_INFINITY;
  for (const signal of SIGNALS) {
    const unknown = unknownFields(bytes, signal, redactor);
    if (unknown >= fewest) continue;
    likely = signal;
    fewest = unknown;
  }
  return likely;
}

function unknownFields(bytes: Buffer, signal: Signal, redactor: Redactor): number {
  try {
    return redactor.redact(signal, bytes).counts.dropped_fields;
  } catch {
    return Number.POSITIVE_INFINITY; // of what is broken under every signal the decoder tells
  }
}
