import {
  decodeRequest,
  EditList,
  FieldWalker,
  LEN,
  type MessageType,
  REQUEST_TYPES,
  Splicer,
  uint32Size,
  writeUint32,
} from "@scrim/wire";
import { PROTOBUF_INPUTS, signalOf } from "../example-inputs.ts";
import { type Leaf, leavesOf } from "../leaves.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateProtobuf } from "../mutate/protobuf.ts";
import { must, type Parser, scale } from "../parser.ts";

/** Edits in whatever could be walked: the result is what putting the message together anew gives. */
export const wireSplice: Parser = {
  name: "wire-splice",
  covers: "`EditList` and `Splicer`, against a message that is put together anew",
  goal: 1_000_000,
  short: 15_000,
  seeds: PROTOBUF_INPUTS,
  mutators: [mutateProtobuf, mutateProtobuf, mutateProtobuf, mutateBytes],
  quotesNothing: true,
  open() {
    const splicer = new Splicer();
    const edits = new EditList();
    return {
      run({ variant, bytes }) {
        const signal = signalOf({ variant, bytes });
        decodeRequest(signal, bytes); // a splicer is given what was walked
        const leaves = leavesOf(bytes, REQUEST_TYPES[signal]);
        const changes = leaves.flatMap((leaf, index) => changeOf(leaf, index + bytes.length));
        edits.clear();
        for (const { start, end, replacement } of changes) {
          if (replacement.length === 0) edits.drop(start, end);
          else edits.replace(start, end, replacement);
        }
        const result = splicer.splice(bytes, REQUEST_TYPES[signal], edits);
        const expected = rebuilt(bytes, REQUEST_TYPES[signal], 0, bytes.length, changes);
        must(result.equals(expected), "a splice changes what its edits say, and the lengths around them");
        return `${scale(leaves.length)} ${scale(changes.length)} ${scale(bytes.length)}`;
      },
    };
  },
};

interface Change {
  readonly start: number;
  readonly end: number;
  readonly replacement: Buffer;
}

const [NOTHING, SHORT, LONG] = [Buffer.alloc(0), Buffer.from("x"), Buffer.alloc(200, "y")];

/** Of eleven leaves one is left out, one made shorter, one longer; the others stay as they are. */
function changeOf({ tag, start, end, wire }: Leaf, index: number): Change[] {
  const isText = wire === LEN && start < end;
  if (index % 11 === 0) return [{ start: tag, end, replacement: NOTHING }];
  if (index % 11 === 4 && isText) return [{ start, end, replacement: SHORT }];
  if (index % 11 === 8 && isText) return [{ start: end - 1, end, replacement: LONG }];
  return [];
}

/** The message in `[start, end)` with these changes, all of which lie in it; every part copied. */
function rebuilt(
  bytes: Buffer,
  type: MessageType | undefined,
  start: number,
  end: number,
  changes: readonly Change[],
): Buffer {
  if (changes.length === 0) return bytes.subarray(start, end);
  if (type === undefined) {
    const [{ start: from, end: to, replacement }] = changes as [Change];
    return Buffer.concat([bytes.subarray(start, from), replacement, bytes.subarray(to, end)]);
  }
  const parts: Buffer[] = [];
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  let next = 0;
  while (walker.next()) {
    const first = next;
    while (next < changes.length && changes[next]!.start < walker.end) next++;
    const inside = changes.slice(first, next);
    if (inside[0]?.start === walker.tag) parts.push(inside[0].replacement);
    else if (inside.length === 0) parts.push(bytes.subarray(walker.tag, walker.end));
    else {
      const payload = rebuilt(bytes, type.fields[walker.field]?.message, walker.start, walker.end, inside);
      parts.push(uint(((walker.field << 3) | LEN) >>> 0), uint(payload.length), payload);
    }
  }
  return Buffer.concat(parts);
}

function uint(value: number): Buffer {
  const bytes = Buffer.alloc(uint32Size(value));
  writeUint32(bytes, 0, value);
  return bytes;
}
