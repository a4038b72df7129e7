import { PassThrough, Writable } from "node:stream";
import { createRedactingDestination } from "@scrim/otel";
import { compilePolicy, type Plan, parsePolicy } from "@scrim/policy";
import fc from "fast-check";
import pino, { type DestinationStream, type LoggerOptions } from "pino";
import { expect, test } from "vitest";
import { VALUES } from "./records.ts";

const RUNS = Number(process.env.SCRIM_FUZZ_RUNS ?? 300);
const SECRET = "jane@leak.example";

/** What a logger prints through the destination, line by line. */
function printed(log: (logger: pino.Logger) => void, policy?: Plan, options: LoggerOptions = {}): string[] {
  const lines: string[] = [];
  const destination = createRedactingDestination({
    ...(policy && { policy }),
    destination: { write: (line) => lines.push(line) },
  });
  log(pino({ level: "trace", ...options }, destination));
  expect(lines.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1)).toBe(true);
  return lines;
}

const policyOf = (settings: object): Plan =>
  compilePolicy([parsePolicy(JSON.stringify({ version: 1, ...settings }), "test")]);

test("what pino prints is redacted, and its own fields stay", () => {
  const body = { user: { email: SECRET, tries: 7 }, note: "card 4111 1111 1111 1111", big: 1e21, ratio: 0.1 };
  const before = structuredClone(body);
  const [line] = printed((logger) => logger.child({ module: "pay" }).warn(body, `sent to ${SECRET}`));
  const { time, pid, hostname, ...rest } = JSON.parse(line!);
  expect(rest).toEqual({
    level: 40,
    module: "pay",
    user: { email: "[REDACTED:direct_identifier]", tries: 7 },
    note: "card [REDACTED:credit_card]",
    big: 1e21,
    ratio: 0.1,
    msg: "sent to [REDACTED:email]",
  });
  expect([typeof time, pid, typeof hostname]).toEqual(["number", process.pid, "string"]);
  expect(body).toEqual(before);
});

test("a line with nothing to redact is the line that pino wrote", () => {
  const line =
    '{"level":30,"time":1795200000000,"pid":7,"hostname":"web-1","b":1,"a":[1.50,-0,1e3],"1":null,"msg":"order sent"}\n';
  const lines: string[] = [];
  createRedactingDestination({ destination: { write: (written) => lines.push(written) } }).write(line);
  expect(lines).toEqual([line]);
});

test("numbers and the order of members are kept around what is redacted", () => {
  const lines: string[] = [];
  const destination = createRedactingDestination({ destination: { write: (line) => lines.push(line) } });
  destination.write(
    `{"level":30,"time":1795200000000,"b":1.50,"a":12345678901234567890123,"1":"${SECRET}","msg":"ä"}\r\n`,
  );
  expect(lines[0]).toBe(
    '{"level":30,"time":1795200000000,"b":1.50,"a":12345678901234567890123,"1":"[REDACTED:email]","msg":"ä"}\r\n',
  );
});

test("an error's message, stack and cause are redacted", () => {
  const error = new Error(`no ${SECRET}`, { cause: new Error(SECRET) });
  const [line] = printed((logger) => logger.error(error));
  expect(line).not.toContain(SECRET);
  expect(JSON.parse(line!)).toMatchObject({ level: 50, err: { type: "Error" }, msg: expect.any(String) });
});

const LINES: readonly (readonly [name: string, line: string])[] = [
  ["a line that is no JSON", `mail to ${SECRET}\n`],
  ["JSON that ends early", `{"level":30,"time":1795200000000,"note":"${SECRET}\n`],
  ["a key twice", `{"level":30,"time":1795200000000,"level":"${SECRET}","time":"${SECRET}"}\n`],
  ["a time that is none", `{"level":30,"time":4111111111111111,"mail":"${SECRET}"}\n`],
  ["a level of text", `{"level":"${SECRET}","time":"${SECRET}"}\n`],
  ["escapes", `{"level":30,"time":1795200000000,"note":"jane\\u0040leak.example"}\n`],
  ["several lines at once", `{"mail":"${SECRET}"}\n{"mail":"${SECRET}"}\nmail ${SECRET}`],
  ["no end", `{"level":30,"time":1795200000000,"mail":"${SECRET}"}`],
  ["nothing but ends", "\n\r\n\n"],
  ["100,000 members", `{${Array.from({ length: 1e5 }, (_, n) => `"k${n}":"${SECRET}"`).join()}}\n`],
  ["10,000 levels", `${'{"a":'.repeat(1e4)}"${SECRET}"${"}".repeat(1e4)}\n`],
];

test.each(LINES)("%s: nothing raw comes out, and redacting it twice changes nothing", (_, line) => {
  const written: string[] = [];
  const destination = createRedactingDestination({
    destination: { write: (chunk) => void written.push(chunk) },
  });
  destination.write(line);
  expect(written.join("")).not.toMatch(/jane(@|\\u0040)leak|4111111111111111/);
  expect(written.join("").match(/\r?\n/g)).toEqual(line.match(/\r?\n/g));
  destination.write(written[0]!);
  expect(written[1]).toBe(written[0]);
});

test.each([
  ["a line longer than values may be", {}, { text: `${SECRET} `.repeat(2e5) }, "[WITHHELD:value_size]"],
  ["a policy that masks bodies", { body: "mask" }, { text: SECRET }, "[REDACTED:content]"],
])("of %s an object with level, time and a message is left", (_, policy, body, label) => {
  const [line] = printed((logger) => logger.info(body, "sent"), policyOf(policy));
  expect(JSON.parse(line!)).toEqual({ level: 30, time: expect.any(Number), msg: label });
});

test("a line that can't even be read is withheld as JSON", () => {
  const lines: string[] = [];
  const bad = {
    toString() {
      throw new Error(SECRET);
    },
  };
  createRedactingDestination({ destination: { write: (line) => lines.push(line) } }).write(bad as never);
  expect(lines).toEqual(['{"msg":"[WITHHELD:error]"}\n']);
});

test("whatever is logged: each line parses, says nothing planted, and goes through again unchanged", () => {
  const lines: string[] = [];
  const destination = createRedactingDestination({ destination: { write: (line) => lines.push(line) } });
  const logger = pino({}, destination);
  fc.assert(
    fc.property(VALUES, fc.string({ unit: "grapheme" }), (value, text) => {
      lines.length = 0;
      logger.info({ value }, `${text} ${SECRET}`);
      expect(() => JSON.parse(lines[0]!)).not.toThrow();
      expect(lines[0]).not.toContain(SECRET);
      expect(lines[0]).not.toContain("4111 1111 1111 1111");
      destination.write(lines[0]!);
      expect(lines[1]).toBe(lines[0]);
    }),
    { numRuns: RUNS },
  );
});

test("a stream that is full asks to be waited for, and tells when it drains", async () => {
  const stream = new Writable({ highWaterMark: 8, write: (_, __, done) => setImmediate(done) });
  const destination = createRedactingDestination({ destination: stream });
  const drained = new Promise<void>((resolve) => void destination.once("drain", resolve));
  expect(destination.write('{"msg":"a line"}\n')).toBe(false);
  await drained;
  expect(new PassThrough().write("x")).toBe(true);
});

test("flushing and ending reach the destination", () => {
  const calls: string[] = [];
  const destination = createRedactingDestination({
    destination: {
      write: () => true,
      flush: (callback) => {
        calls.push("flush");
        callback?.();
      },
      flushSync: () => calls.push("flushSync"),
      end: () => calls.push("end"),
    },
  });
  pino({}, destination).flush(() => calls.push("flushed"));
  destination.flushSync();
  destination.end();
  expect(calls).toEqual(["flush", "flushed", "flushSync", "end"]);
  const bare = createRedactingDestination({ destination: { write: () => true } });
  bare.flush(() => calls.push("nothing to flush"));
  bare.flushSync();
  bare.end();
  expect(calls.at(-1)).toBe("nothing to flush");
});

test("pino's own destination takes the lines", () => {
  const file = pino.destination({ dest: "/dev/null", sync: true });
  const logger = pino({}, createRedactingDestination({ destination: file }));
  expect(() => logger.info({ mail: SECRET }, "sent")).not.toThrow();
  file.end();
});

test("in and around a multistream each line goes by its level, redacted, without what was logged", () => {
  const lines: string[] = [];
  const seen: Record<string, unknown> = {};
  const inner: DestinationStream = {
    write(line) {
      lines.push(`all ${line}`);
      Object.assign(seen, this);
    },
  };
  const told = Object.assign(inner, { [Symbol.for("pino.metadata")]: true });
  const streams = pino.multistream([
    { level: "info", stream: createRedactingDestination({ destination: told }) },
    { level: "error", stream: { write: (line) => lines.push(`error ${line}`) } },
  ]);
  const logger = pino({}, createRedactingDestination({ destination: streams }));
  logger.info({ mail: SECRET }, "sent");
  logger.error({ mail: SECRET }, "not sent");
  expect(lines.map((line) => line.split(" ", 1)[0])).toEqual(["all", "all", "error"]);
  expect(lines.join("")).not.toContain(SECRET);
  expect(seen).toMatchObject({ lastLevel: 50, lastTime: expect.stringMatching(/^\d{13}$/) });
  expect(Object.keys(seen)).not.toContain("lastObj");
});
