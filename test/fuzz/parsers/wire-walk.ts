import { countItems, FieldWalker, LEN, type MessageType, REQUEST_TYPES } from "@scrim/wire";
import { PROTOBUF_INPUTS, signalOf } from "../example-inputs.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateProtobuf } from "../mutate/protobuf.ts";
import { must, type Parser, scale } from "../parser.ts";

/** The walk over protobuf: fields tile the message they stand in, and items are counted without an end in doubt. */
export const wireWalk: Parser = {
  name: "wire-walk",
  covers: "`FieldWalker` over all messages of the tables, `countItems`",
  goal: 1_000_000,
  short: 30_000,
  seeds: PROTOBUF_INPUTS,
  mutators: [mutateProtobuf, mutateProtobuf, mutateProtobuf, mutateBytes],
  quotesNothing: true,
  open: () => ({
    run(input) {
      const signal = signalOf(input);
      const items = countItems(signal, input.bytes);
      must(
        Number.isInteger(items) && items >= 0 && items <= input.bytes.length,
        "items are bounded by bytes",
      );
      const walk = { fields: 0, level: 0, wires: 0 };
      tile(input.bytes, REQUEST_TYPES[signal], 0, input.bytes.length, 1, walk);
      return `${scale(items)} ${scale(walk.fields)} ${scale(walk.level)} ${walk.wires}`;
    },
  }),
};

/** Deeper than any parser of ours reads. */
const LEVELS_MAX = 400;

function tile(
  bytes: Buffer,
  type: MessageType,
  start: number,
  end: number,
  level: number,
  walk: { fields: number; level: number; wires: number },
): void {
  walk.level = Math.max(walk.level, level);
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  let behind = start;
  while (walker.next()) {
    must(walker.tag === behind, "fields lie one behind the other");
    must(
      walker.tag < walker.start && walker.start <= walker.end && walker.end <= end,
      "a field lies in its message",
    );
    behind = walker.end;
    walk.fields++;
    walk.wires |= 1 << walker.wire;
    const message = walker.wire === LEN ? type.fields[walker.field]?.message : undefined;
    if (message !== undefined && level < LEVELS_MAX)
      tile(bytes, message, walker.start, walker.end, level + 1, walk);
  }
  must(behind === end, "the last field ends with the message");
}
