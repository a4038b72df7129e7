import { isDigit, isNamePart } from "./byte-kinds.ts";
import { indexOf } from "./url-parts.ts";
import { isUuid, UUID_BYTES } from "./uuid.ts";

/** Values in a text of Redis commands, as offsets: start and end of each in turn. Used for text after text. */
export type Offsets = number[];

/** How many words of a command name what it works on; what follows are values. */
const NAMES_OF: ReadonlyMap<string, number> = new Map(
  Object.entries({
    0: "AUTH ECHO EVAL PING",
    1:
      "APPEND EVALSHA GEOADD GETSET LPUSH LPUSHX LREM MSET MSETNX PFADD PUBLISH RPUSH RPUSHX SADD SET SETNX " +
      "SISMEMBER SMISMEMBER SPUBLISH SREM XADD ZADD ZINCRBY ZRANK ZREM ZREVRANK ZSCORE",
    2: "CONFIG HMSET HSET HSETNX JSON.SET LINSERT LSET PSETEX SETEX SETRANGE SMOVE",
  }).flatMap(([names, commands]) => commands.split(" ").map((command) => [command, Number(names)])),
);

/** Commands whose options may be a name and a password, or a password alone, and how many words these are. */
const OPTIONS_OF: ReadonlyMap<string, Readonly<Record<string, number>>> = new Map([
  ["HELLO", { AUTH: 2 }],
  ["MIGRATE", { AUTH: 1, AUTH2: 2 }],
]);

/** In rules of `ACL SETUSER` passwords and their hashes have one of these before them. */
const PASSWORD_MARKS: ReadonlySet<number> = new Set(Buffer.from("><#!"));

/** Other commands that a text may begin with, and that no SQL has there. */
const OTHERS: ReadonlySet<string> = new Set(
  (
    "ACL CLIENT CLUSTER DBSIZE DECR DECRBY DEL EXPIRE EXPIREAT FLUSHALL FLUSHDB GET GETDEL GETEX HDEL HEXISTS HGET HGETALL " +
    "HINCRBY HKEYS HLEN HMGET HSCAN HVALS INCR INCRBY INFO KEYS LINDEX LLEN LPOP LRANGE LTRIM MGET MULTI PERSIST PEXPIRE " +
    "PSUBSCRIBE PTTL RPOP SCAN SCARD SINTER SMEMBERS SPOP SSCAN STRLEN SUBSCRIBE SUNION TTL UNLINK UNWATCH WATCH XACK XLEN " +
    "XRANGE XREAD XREADGROUP ZCARD ZCOUNT ZRANGE ZRANGEBYSCORE ZREMRANGEBYSCORE ZREVRANGE ZSCAN"
  ).split(" "),
);

/** What SQL sets without an `=` or `TO`. */
const SET_IN_SQL: ReadonlySet<string> = new Set(
  (
    "CHARACTER CHARSET CONSTRAINTS GLOBAL IDENTITY_INSERT LOCAL NAMES PASSWORD PERSIST ROLE SCHEMA SESSION STATISTICS TIME " +
    "TRANSACTION"
  ).split(" "),
);
/** What follows the name of a setting of SQL: `SET NOCOUNT ON`. */
const SETTINGS_IN_SQL: ReadonlySet<string> = new Set(["DEFAULT", "OFF", "ON", "TO"]);

/** No command or option is longer. */
const WORD_BYTES_MAX = 24;

const NEWLINE = 0x0a;
const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const BACKSLASH = 0x5c;
const EQUALS = 0x3d;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;

/**
 * Where values stand in commands of Redis, one a line: passwords, what is stored, and numbers and ids in names. Undefined
 * where the text does not begin with such a command. Clients write arguments without quotes, so that no one knows where a
 * value ends that has blanks: all words behind the names are values.
 */
export function redisValues(bytes: Buffer, start: number, end: number): Offsets | undefined {
  const first = wordStart(bytes, start, end);
  if (!isCommand(bytes, first, end)) return undefined;
  const values: Offsets = [];
  for (let at = first; at < end; ) {
    const lineEnd = indexOf(bytes, NEWLINE, at, end);
    addValues(bytes, at, lineEnd, values);
    at = lineEnd + 1;
  }
  return values;
}

/** Whether a query begins with `SET`, which both Redis and SQL have: what is left of one may read as the other. */
export function beginsWithSet(bytes: Buffer, start: number, end: number): boolean {
  const first = wordStart(bytes, start, end);
  return upper(bytes, first, wordEnd(bytes, first, end)) === "SET";
}

function isCommand(bytes: Buffer, start: number, end: number): boolean {
  const stop = wordEnd(bytes, start, end);
  const command = upper(bytes, start, stop);
  if (command === "SET") return !isSetOfSql(bytes, stop, end);
  return NAMES_OF.has(command) || OPTIONS_OF.has(command) || OTHERS.has(command);
}

/** Adds the values of one command. */
function addValues(bytes: Buffer, start: number, end: number, values: Offsets): void {
  const from = wordStart(bytes, start, end);
  const to = wordEnd(bytes, from, end);
  const command = upper(bytes, from, to);
  const options = OPTIONS_OF.get(command);
  let namesLeft = NAMES_OF.get(command) ?? Number.POSITIVE_INFINITY;
  let valuesLeft = 0;
  for (let at = wordStart(bytes, to, end); at < end; ) {
    const stop = wordEnd(bytes, at, end);
    if (namesLeft === 0) {
      if (isElision(bytes, at, end)) return;
      values.push(at, stop);
    } else if (valuesLeft > 0) {
      values.push(at, stop);
      valuesLeft--;
    } else if (command === "ACL" && PASSWORD_MARKS.has(bytes[at]!)) {
      if (stop > at + 1) values.push(at + 1, stop);
    } else {
      addOfName(bytes, at, stop, values);
      valuesLeft = options?.[upper(bytes, at, stop)] ?? 0;
      namesLeft--;
    }
    at = wordStart(bytes, stop, end);
  }
}

/** A name in quotes, or of a name without the numbers and ids in it: `user:1234:cart`. */
function addOfName(bytes: Buffer, start: number, end: number, values: Offsets): void {
  if (bytes[start] === QUOTE || bytes[start] === DOUBLE_QUOTE) {
    values.push(start, end);
    return;
  }
  for (let at = start; at < end; ) {
    let stop = at;
    if (isUuid(bytes, at) && at + UUID_BYTES <= end) stop = at + UUID_BYTES;
    else while (stop < end && isNamePart(bytes[stop]!)) stop++;
    if (isDigit(bytes[at]!) || stop === at + UUID_BYTES) values.push(at, stop);
    at = Math.max(stop, at + 1);
  }
}

/** `[3 other arguments]`, as instrumentations write for what they leave out. */
function isElision(bytes: Buffer, at: number, end: number): boolean {
  if (bytes[at] !== OPENING_BRACKET) return false;
  return /^\[[\d?]+ other arguments\]\s*$/.test(bytes.toString("latin1", at, Math.min(end, at + 64)));
}

function isSetOfSql(bytes: Buffer, start: number, end: number): boolean {
  const name = wordStart(bytes, start, end);
  const nameEnd = wordEnd(bytes, name, end);
  if (bytes.subarray(name, nameEnd).includes(EQUALS) || SET_IN_SQL.has(upper(bytes, name, nameEnd)))
    return true;
  const next = wordStart(bytes, nameEnd, end);
  const isAssigned = bytes[next] === EQUALS || (bytes[next] === COLON && bytes[next + 1] === EQUALS);
  return next >= end || isAssigned || SETTINGS_IN_SQL.has(upper(bytes, next, wordEnd(bytes, next, end)));
}

function wordStart(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! <= 0x20) at++;
  return at;
}

/** Quotes at its beginning hold a word together; one that is not closed goes to the end. */
function wordEnd(bytes: Buffer, start: number, end: number): number {
  let at = start;
  const quote = bytes[start];
  if (quote === QUOTE || quote === DOUBLE_QUOTE) {
    for (at++; at < end && bytes[at] !== quote; at++) if (bytes[at] === BACKSLASH) at++;
  }
  while (at < end && bytes[at]! > 0x20) at++;
  return Math.min(at, end);
}

function upper(bytes: Buffer, start: number, end: number): string {
  return end - start > WORD_BYTES_MAX ? "" : bytes.toString("latin1", start, end).toUpperCase();
}
