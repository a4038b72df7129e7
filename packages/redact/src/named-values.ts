import { isUnknown, type KeyEntry } from "./key-entry.ts";
import type { KeyPath } from "./key-path.ts";
import { isLabel, redactedLabel } from "./labels.ts";
import { isOfName, SPACE } from "./pairs/characters.ts";
import { isLetter } from "./structure/byte-kinds.ts";
import { quoted, unescapeJson } from "./structure/written.ts";
import type { TextHost } from "./text-host.ts";

/** What a member or element is to its neighbours. */
const OTHER = 0;
const NAME = 1;
const VALUE = 2;
type Role = typeof OTHER | typeof NAME | typeof VALUE;

/** How names and values go together in a container. */
const MEMBERS = 0;
/** A list of strings, in which an option of a command may stand before its value. */
const ARGUMENTS = 1;
/** A list in a list: perhaps one name and one value. */
const PAIR = 2;
/** Names and values in turn, as Node.js keeps raw headers. */
const IN_TURN = 3;
type Layout = typeof MEMBERS | typeof ARGUMENTS | typeof PAIR | typeof IN_TURN;

/** Keys under which the name of something stands beside its value, in lower case; and those for the value. */
const ROLES: readonly (readonly [key: Buffer, role: Role])[] = [
  ..."attribute field header key name param parameter property variable"
    .split(" ")
    .map((key) => [Buffer.from(key), NAME] as const),
  ..."val value values".split(" ").map((key) => [Buffer.from(key), VALUE] as const),
];
/** The same by their length, of which no key is longer. */
const ROLES_BY_LENGTH: readonly (typeof ROLES)[] = Array.from({ length: 10 }, (_, length) =>
  ROLES.filter(([key]) => key.length === length),
);

/** Longer strings are no names. */
const NAME_BYTES_MAX = 128;

const QUOTE = 0x22;
const DASH = 0x2d;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;
const HEADER_PREFIX = Buffer.from("headers.");
const NULL = Buffer.from("null");

/** One open container, and what of a name and a value was seen in it. */
interface Frame {
  layout: Layout;
  /** Where the path of a member of this container is written on. */
  prefix: number;
  /** What it is itself in the container around it. */
  role: Role;
  start: number;
  /** Elements of a list so far. */
  count: number;
  /** Of the name that was seen, where an action takes what it is the name of. */
  entry: KeyEntry | undefined;
  valueStart: number;
  valueEnd: number;
}

/**
 * Sees where JSON has names and values apart, and has a value go by its name as if that were its key:
 * `{"name":"Authorization","value":"x"}`, `["Authorization","x"]`, `["Host","h","Authorization","x"]` under a key for
 * headers, `["--password","x"]`. Is told of every token in turn; what it replaces lies over whatever else becomes of the value.
 */
export class NamedValues {
  readonly #host: TextHost;
  readonly #path: KeyPath;
  /** What the text as a whole gets. */
  #base: KeyEntry | undefined;
  readonly #frames: Frame[] = [];
  #depth = 0;
  /** What the key that was read last makes of its value. */
  #role: Role = OTHER;

  /** @param path of the members that are read; a name is written there, and gone again with the next key */
  constructor(host: TextHost, path: KeyPath) {
    this.#host = host;
    this.#path = path;
  }

  begin(base: KeyEntry): void {
    this.#base = base;
    this.#depth = 0;
    this.#role = OTHER;
  }

  /** A member begins, whose key is `source[start, end)`, and `entry` its own. */
  key(start: number, end: number, { acts, decision }: KeyEntry): void {
    const role = roleOf(this.#host.source, start, end);
    this.#role = role === VALUE && (acts || decision.origin.kind === "rule") ? OTHER : role;
  }

  /** A container begins at `start` whose entry is `entry`; paths in it go on at `prefix`. */
  open(start: number, isList: boolean, prefix: number, entry: KeyEntry): void {
    const outer = this.#frames[this.#depth - 1];
    const frame = (this.#frames[this.#depth++] ??= newFrame());
    frame.role = this.#roleIn(this.#depth > 1 ? outer : undefined, start);
    frame.layout = isList ? layoutOf(entry, this.#depth > 1 ? outer : undefined) : MEMBERS;
    frame.prefix = prefix;
    frame.start = start;
    frame.count = 0;
    frame.entry = undefined;
    frame.valueEnd = -1;
    this.#role = OTHER;
  }

  /** The container that was opened last ends. */
  close(end: number): void {
    if (this.#depth === 0) return;
    const frame = this.#frames[--this.#depth]!;
    if (frame.layout === MEMBERS || (frame.layout === PAIR && frame.count === 2)) this.#settle(frame);
    if (this.#depth > 0) this.#item(this.#frames[this.#depth - 1]!, frame.role, frame.start, end);
  }

  /** A string, a number or the like at `[start, end)`, with its quotes. */
  scalar(start: number, end: number): void {
    if (this.#depth === 0) return;
    const frame = this.#frames[this.#depth - 1]!;
    this.#item(frame, this.#roleIn(frame, start), start, end);
    this.#role = OTHER;
  }

  /**
   * The text ends, or goes on as something else. Returns from where on it may be a value that goes by its name: at
   * `safe`, or earlier where a container began; -1 where it is none.
   */
  finish(safe: number): number {
    let unfinished = -1;
    for (let depth = 0; depth < this.#depth && unfinished < 0; depth++) {
      const frame = this.#frames[depth]!;
      const inner = depth + 1 < this.#depth ? this.#frames[depth + 1]! : undefined;
      const role = inner?.role ?? this.#roleIn(frame, safe);
      if (frame.entry !== undefined && role === VALUE) unfinished = inner?.start ?? safe;
      else if (frame.layout === MEMBERS || frame.layout === PAIR) this.#settle(frame);
    }
    this.#depth = 0;
    this.#role = OTHER;
    return unfinished;
  }

  #roleIn(frame: Frame | undefined, start: number): Role {
    if (frame === undefined) return OTHER;
    switch (frame.layout) {
      case MEMBERS:
        return this.#role;
      case ARGUMENTS:
        if (isLongOption(this.#host.source, start + 1)) return NAME;
        return frame.entry === undefined ? OTHER : VALUE;
      default:
        return frame.count % 2 === 0 ? NAME : VALUE;
    }
  }

  #item(frame: Frame, role: Role, start: number, end: number): void {
    frame.count++;
    if (role === NAME) {
      if (frame.layout !== MEMBERS || frame.entry === undefined)
        frame.entry = this.#named(frame, start + 1, end - 1);
    } else if (role === VALUE) {
      frame.valueStart = start;
      frame.valueEnd = end;
      if (frame.layout === ARGUMENTS || frame.layout === IN_TURN) this.#settle(frame);
    }
  }

  /** The entry of the name in the string `[start, end)`, if there is one and an action takes what it names. */
  #named({ prefix, layout }: Frame, start: number, end: number): KeyEntry | undefined {
    const { source, keys } = this.#host;
    if (source[start - 1] !== QUOTE || end <= start || end - start > NAME_BYTES_MAX) return undefined;
    const raw = source.subarray(start, end);
    const name = raw.includes("\\") ? unescapeJson(raw) : raw;
    if (name === undefined || !name.every(mayBeNamed)) return undefined;
    if (layout === ARGUMENTS) return acting(keys.lookup(name, 2, name.length, 2));
    const pathStart = this.#path.startOf(prefix);
    const pathEnd = this.#path.append(prefix, name, 0, name.length);
    const found = acting(keys.lookup(this.#path.bytes, pathStart, pathEnd, prefix));
    if (found !== undefined || !(name.includes(DASH) || layout === IN_TURN)) return found;
    const header = Buffer.concat([HEADER_PREFIX, name]);
    return acting(keys.lookup(header, 0, header.length, HEADER_PREFIX.length));
  }

  /** Replaces the value, if a name and a value were seen. */
  #settle(frame: Frame): void {
    const { entry, valueStart: start, valueEnd: end } = frame;
    frame.entry = undefined;
    frame.valueEnd = -1;
    if (entry === undefined || end < 0) return;
    const { action, class: sensitivityClass } = entry.decision;
    const replacement = action.kind === "drop" ? NULL : this.#replacement(start, end, entry);
    if (replacement === undefined || this.#host.source.subarray(start, end).equals(replacement)) return;
    this.#host.decided(this.#base!, entry.path, entry.decision);
    this.#host.edits.replace(start, end, replacement);
    this.#host.counts.addRedacted(sensitivityClass, action.kind);
  }

  /** What is written for the value; undefined where it stays. */
  #replacement(start: number, end: number, entry: KeyEntry): Buffer | undefined {
    const { source } = this.#host;
    switch (source[start]) {
      case OPENING_BRACE:
      case OPENING_BRACKET:
        return entry.actsOnMaps ? quoted(redactedLabel(entry.decision.class)) : undefined;
      case QUOTE: {
        const inside = source.subarray(start + 1, end - 1);
        const value = unescapeJson(inside) ?? inside;
        if (value.length === 0 || isLabel(value)) return undefined;
        const replacement = this.#host.replacement(value, entry);
        return replacement.equals(value) ? undefined : quoted(replacement);
      }
      default:
        return undefined; // numbers and literals go by what detectors say
    }
  }
}

/** What a key makes of its value, whatever its case. */
function roleOf(bytes: Buffer, start: number, end: number): Role {
  for (const [key, role] of ROLES_BY_LENGTH[end - start] ?? []) {
    let at = 0;
    while (at < key.length && (bytes[start + at]! | 0x20) === key[at]) at++;
    if (at === key.length) return role;
  }
  return OTHER;
}

function newFrame(): Frame {
  return {
    layout: MEMBERS,
    prefix: 0,
    role: OTHER,
    start: 0,
    count: 0,
    entry: undefined,
    valueStart: -1,
    valueEnd: -1,
  };
}

function layoutOf(entry: KeyEntry, outer: Frame | undefined): Layout {
  if (outer !== undefined && outer.layout !== MEMBERS) return PAIR;
  return entry.decision.text === "headers" ? IN_TURN : ARGUMENTS;
}

/** What names are written in, of several words too; not what sentences and other pairs have. */
function mayBeNamed(byte: number): boolean {
  return isOfName(byte) || byte === SPACE;
}

/** `--password`; what has more dashes is a line, or armour. */
function isLongOption(bytes: Buffer, at: number): boolean {
  return bytes[at] === DASH && bytes[at + 1] === DASH && isLetter(bytes[at + 2] ?? 0);
}

function acting(entry: KeyEntry): KeyEntry | undefined {
  return entry.acts && !isUnknown(entry.decision.origin) ? entry : undefined;
}
