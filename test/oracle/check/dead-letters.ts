import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { type IssuedSignal, type Item, itemsOf } from "../records/items-of.ts";

/** One record that a destination refused for good, as the spool keeps it. */
export interface DeadLetter {
  readonly exporter: string;
  readonly item: Item;
}

const MAGIC = "SCRIMSPL";
const RECORDS_AT = 8_192;
const MARK_AT = 56;
const ALIGNMENT = 8;
const SIGNALS: readonly (IssuedSignal | undefined)[] = [undefined, "logs", "traces", "metrics", "profiles"];

/** Reads the dead letters in the spools of a gateway's processes, by what `docs/spool.md` says of the bytes and without the code that wrote them. */
export function deadLettersOf(spool: string): DeadLetter[] {
  return globSync("*/dead-letters/**/*", { cwd: spool, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    .filter((bytes) => bytes.subarray(0, MAGIC.length).toString("latin1") === MAGIC)
    .flatMap((bytes) => [...lettersIn(bytes)]);
}

function* lettersIn(segment: Buffer): Generator<DeadLetter> {
  const mark = segment.subarray(MARK_AT, MARK_AT + 8);
  for (let at = RECORDS_AT; at + MARK_AT <= segment.length; ) {
    if (!segment.subarray(at, at + 8).equals(mark)) return;
    const headerBytes = segment.readUInt32LE(at + 24);
    const payloadBytes = segment.readUInt32LE(at + 28);
    const payload = segment.subarray(at + headerBytes, at + headerBytes + payloadBytes);
    const signal = SIGNALS[segment[at + 40]!];
    const exporter = segment.toString("latin1", at + 56, at + 56 + segment.readUInt16LE(at + 42));
    if (crc32(payload) === segment.readUInt32LE(at + 36) && signal !== undefined)
      for (const item of itemsOf(signal, payload)) yield { exporter, item };
    at += headerBytes + Math.ceil(payloadBytes / ALIGNMENT) * ALIGNMENT;
  }
}
