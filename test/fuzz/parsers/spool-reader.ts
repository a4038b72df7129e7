import { join } from "node:path";
import { cursorFileOf, formatCursor } from "../../../packages/gateway/src/spool/cursor-file.ts";
import { CURSORS, LogFiles, SEGMENTS } from "../../../packages/gateway/src/spool/log-files.ts";
import {
  formatNames,
  headerBytesOf,
  isIntact,
  recordBytes,
  sealRecord,
  writeRecord,
} from "../../../packages/gateway/src/spool/record-header.ts";
import {
  payloadOf,
  type RecoveredLog,
  recordsOf,
  recoverLog,
} from "../../../packages/gateway/src/spool/recover-log.ts";
import {
  formatSegmentHead,
  RECORDS_AT,
  segmentName,
} from "../../../packages/gateway/src/spool/segment-header.ts";
import type { SpoolFiles } from "../../../packages/gateway/src/spool/spool-files.ts";
import { windowReader } from "../../../packages/gateway/src/spool/window-reader.ts";
import type { OpenedLog } from "../../../packages/gateway/src/spool/writer-messages.ts";
import { filesOf, ModelFiles } from "../../../packages/gateway/test/spool/model-files.ts";
import {
  EXPORTERS,
  FOLDER,
  numbered,
  openModelSpool,
} from "../../../packages/gateway/test/spool/model-spool.ts";
import { memoryFiles } from "../memory-files.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { filesIn, HEAD_BYTES, joined, mutateSegments } from "../mutate/segments.ts";
import { type Input, must, type Parser, scale } from "../parser.ts";

const PLACE = { folder: FOLDER, segment_bytes: RECORDS_AT + 400, min_free_bytes: 0 };

/** One in so many is opened as a gateway does it, and drained. */
const DRAINED_EVERY = 100;

/** What is written behind more of them takes time, and shows nothing that these don't. */
const FILES_MAX = 8;

/** More than any input holds. */
const RECORDS_MAX = 2_000;

/** What lies on a disk where a spool was: it opens whatever that is, tells the same twice, and goes on. */
export const spoolReader: Parser = {
  name: "spool-reader",
  covers:
    "`LogFiles` over segments and cursors in memory, with checksums that fit; one in 100 is drained through `Spool`",
  goal: 1_000_000,
  short: 5_000,
  seeds: [spool([[1, 2, 3], [4, 5], [6]], [5]), spool([[1]], []), spool([], [3])],
  mutators: [mutateSegments, mutateSegments, mutateSegments, mutateBytes],
  quotesNothing: true,
  open() {
    let runs = 0;
    return {
      run({ bytes }) {
        const contents = unpacked(bytes);
        const files = memoryFiles(new Map(contents));
        const { opened } = openLog(files);
        const found = sequencesIn(files, opened);
        const again = recoverLog(files, join(FOLDER, SEGMENTS), opened.cursors, () => {});
        must(sequencesIn(files, again).join() === found.join(), "what was found is found again");
        const { opened: reopened, log } = openLog(files);
        const sequence = append(log, reopened.next_sequence);
        const after = sequencesIn(files, openLog(files).opened);
        must(
          after.join() === [...found, sequence].join(),
          "a new record comes behind all others, and costs none",
        );
        const seen = described(opened, found.length);
        return ++runs % DRAINED_EVERY === 0 ? drained(contents, seen) : seen;
      },
    };
  },
};

/** Files in the folders of a spool, segments numbered as they come. A header stands twice; here it is written once. */
function unpacked(bytes: Buffer): Map<string, Buffer> {
  const contents = new Map<string, Buffer>();
  let segments = 0;
  let cursors = 0;
  for (const file of filesIn(bytes).slice(0, FILES_MAX)) {
    if (file[0] === CURSOR_LETTER) {
      const name = cursorFileOf(EXPORTERS[cursors++] ?? `c${cursors}`);
      contents.set(join(FOLDER, CURSORS, name), file.subarray(1));
      continue;
    }
    const header = file.subarray(1, HEAD_BYTES);
    const segment = Buffer.concat([Buffer.alloc(RECORDS_AT), file.subarray(HEAD_BYTES)]);
    if (file[0] !== SECOND_LETTER) header.copy(segment, 0);
    if (file[0] !== FIRST_LETTER) header.copy(segment, RECORDS_AT / 2);
    contents.set(join(FOLDER, SEGMENTS, segmentName(++segments)), segment);
  }
  return contents;
}

const [CURSOR_LETTER, FIRST_LETTER, SECOND_LETTER] = Buffer.from("c12");

function openLog(files: SpoolFiles): { log: LogFiles; opened: OpenedLog } {
  let marks = 0;
  const log = new LogFiles(files, (length) => Buffer.alloc(length, `new ${++marks}`));
  return { log, opened: log.handle("open", { place: PLACE }) };
}

/** Of the records that can be read, in the order of their segments. What is told of them is checked on the way. */
function sequencesIn(files: SpoolFiles, { segments, next_sequence }: RecoveredLog): number[] {
  const sequences: number[] = [];
  let previous = 0;
  for (const { number, end, first_sequence, last_sequence, mark } of segments) {
    must(number > previous, "segments rise");
    previous = number;
    const descriptor = files.open(join(FOLDER, SEGMENTS, segmentName(number)))!;
    must(end <= files.length(descriptor), "a segment ends within its file");
    const read = windowReader(files, descriptor);
    const extent = { mark: Buffer.from(mark), first_sequence };
    let last = first_sequence - 1;
    for (const found of recordsOf(read, extent, end)) {
      must(found.end > found.offset && found.end <= end, "what is found lies within its segment");
      if (found.kind === "damage" || !isIntact(payloadOf(read, found), found.header)) continue;
      const { sequence } = found.header;
      must(last < sequence && sequence <= last_sequence, "sequences rise, and are told");
      must(sequence < next_sequence, "no sequence is given twice");
      sequences.push((last = sequence));
      must(sequences.length < RECORDS_MAX, "there are no more records than bytes");
    }
    files.close(descriptor);
  }
  return sequences;
}

function append(log: LogFiles, sequence: number): number {
  must(Number.isSafeInteger(sequence) && sequence > 0, "there is a sequence for the next record");
  const frame = recordOf(sequence, EXPORTERS);
  const frames = new SharedArrayBuffer(frame.length);
  new Uint8Array(frames).set(frame);
  const asked = { folder: FOLDER, frames, lengths: [frame.length], sequence };
  const { failure } = log.handle("append", asked);
  must(failure === undefined, "a log goes on, whatever was found");
  return sequence;
}

function described({ segments, damage, cursors, damaged_cursors }: OpenedLog, records: number): string {
  const places = damage.map(({ end, is_torn, lost }) =>
    end === undefined ? "file" : is_torn ? "torn" : lost.length > 0 ? "payload" : "header",
  );
  return `${segments.length} ${records} ${[...new Set(places)]} ${scale(places.length)} ${cursors.length} ${damaged_cursors}`;
}

/** As a gateway does it: all that waits is taken once, and what is put in comes out. */
async function drained(contents: ReadonlyMap<string, Buffer>, seen: string): Promise<string> {
  const { spool, close } = await openModelSpool(new ModelFiles([], filesOf(contents)), { seed: 7 });
  for (const exporter of EXPORTERS) {
    const outlet = spool.outlet(exporter);
    let taken = 0;
    for (let queued = await outlet.take(); queued !== undefined; queued = await outlet.take()) {
      must(++taken < RECORDS_MAX, "there are no more batches than bytes");
      outlet.settle(queued);
    }
    must(outlet.items === 0, "nothing waits once all is settled");
  }
  await spool.append(numbered(99), ["a"]);
  const queued = await spool.outlet("a").take();
  must(queued?.batch.bytes.readUInt32LE() === 99, "what is put in comes out");
  await close();
  return seen;
}

function recordOf(sequence: number, exporters: readonly string[]): Buffer {
  const payload = Buffer.from(`a payload of record ${sequence} `.repeat(1 + (sequence % 3)));
  const names = formatNames(exporters, "");
  const bytes = Buffer.alloc(recordBytes(headerBytesOf(names.names.length), payload.length));
  const facts = {
    sequence,
    accepted_at_ms: 1_000,
    signal: "logs",
    items: 1,
    approvals_checked: false,
  } as const;
  writeRecord(bytes, 0, { ...facts, exporters, reason: "" }, names, payload);
  return bytes;
}

/** Segments with records of these sequences, as they are once each has been ended, and a cursor each that has got so far. */
function spool(segments: readonly (readonly number[])[], cursors: readonly number[]): Input {
  let previous_end = 0;
  const files = segments.map((sequences, index) => {
    const mark = Buffer.alloc(8, `mark${index}`);
    const records = sequences.map((sequence) => recordOf(sequence, EXPORTERS.slice(0, 1 + (sequence % 2))));
    for (const record of records) sealRecord(record, 0, mark);
    const head = formatSegmentHead({
      ...{ number: index + 1, first_sequence: sequences[0]!, created_at_ms: 1, mark },
      ...{ previous_number: index, previous_end },
    });
    const body = Buffer.concat(records);
    previous_end = RECORDS_AT + body.length;
    return Buffer.concat([Buffer.from("b"), head.subarray(0, HEAD_BYTES - 1), body]);
  });
  const read = cursors.map((next, index) =>
    Buffer.from(`c${formatCursor({ exporter: EXPORTERS[index]!, next, open: [next - 1] })}`),
  );
  return { variant: "spool", bytes: joined([...files, ...read]) };
}
