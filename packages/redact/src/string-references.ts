import {
  ANY_VALUE,
  FieldWalker,
  KEY_VALUE,
  LEN,
  type MessageType,
  REQUEST_TYPES,
  readInt32,
  VARINT,
} from "@scrim/wire";

/** How often each string of a profiles request's table is what an attribute has as its value, or as its key. */
export interface StringReferences {
  readonly values: ReadonlyMap<number, number>;
  readonly keys: ReadonlyMap<number, number>;
}

/** Messages in which attributes stand, at any depth. */
const HOLDERS = holdersIn(REQUEST_TYPES.profiles);

/**
 * Counts all of them, whatever a policy says of what they stand in. Takes the time that the fields take, however deep they are, and memory by
 * their depth alone.
 *
 * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` where the framing is broken
 */
export function countReferences(bytes: Buffer): StringReferences {
  const values = new Map<number, number>();
  const keys = new Map<number, number>();
  const walker = new FieldWalker();
  /** The messages around the present one, and where they end. */
  const types: MessageType[] = [];
  const ends: number[] = [];
  let type = REQUEST_TYPES.profiles;
  let end = bytes.length;
  walker.enter(bytes, 0, end);
  for (;;) {
    if (!walker.next()) {
      const around = types.pop();
      if (around === undefined) return { values, keys };
      const resumed = end;
      type = around;
      end = ends.pop()!;
      walker.enter(bytes, resumed, end);
      continue;
    }
    const field = walker.field < type.fields.length ? type.fields[walker.field] : undefined;
    if (field?.role === "index" && walker.wire === VARINT) {
      const counts = type === ANY_VALUE ? values : keys;
      const index = readInt32(bytes, walker.start, walker.end);
      counts.set(index, (counts.get(index) ?? 0) + 1);
    } else if (walker.wire === LEN && field?.message !== undefined && HOLDERS.has(field.message)) {
      types.push(type);
      ends.push(end);
      type = field.message;
      end = walker.end;
      walker.enter(bytes, walker.start, end);
    }
  }
}

/** The messages of a type, itself included, that lead to a `KeyValue` or an `AnyValue`. */
function holdersIn(root: MessageType): ReadonlySet<MessageType> {
  const all = new Set([root]);
  for (const type of all) for (const field of type.fields) if (field?.message) all.add(field.message);
  const holders = new Set<MessageType>([KEY_VALUE, ANY_VALUE]);
  for (let before = -1; before !== holders.size; ) {
    before = holders.size;
    for (const type of all)
      if (type.fields.some((field) => field?.message && holders.has(field.message))) holders.add(type);
  }
  return holders;
}
