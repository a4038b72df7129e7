import { Writable } from "node:stream";
import { createRedactingFormat, type LogInfo } from "@scrim/otel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createLogger, format, transports } from "winston";
import { VALUES } from "./records.ts";

const RUNS = Number(process.env.SCRIM_FUZZ_RUNS ?? 300);
const SECRET = "jane@leak.example";
const LEVEL = Symbol.for("level");
const LINE = Symbol.for("message");
const SPLAT = Symbol.for("splat");

type Formats = readonly Parameters<typeof format.combine>[number][];

/** A logger, the lines that it prints and the infos that its transport gets. */
function setUp(formats: Formats = [format.json()]) {
  const lines: string[] = [];
  const infos: LogInfo[] = [];
  const kept = {
    transform(info: LogInfo) {
      infos.push(info);
      return info;
    },
  };
  const stream = new Writable({
    write: (chunk, _, done) => {
      lines.push(String(chunk).trimEnd());
      done();
    },
  });
  const logger = createLogger({
    level: "silly",
    format: format.combine(...formats, createRedactingFormat(), kept),
    transports: [new transports.Stream({ stream })],
  });
  return { logger, lines, infos };
}

test("line, message and meta are redacted, and the caller's objects stay as they are", () => {
  const { logger, lines, infos } = setUp();
  const meta = { user: { email: SECRET, tries: 7 }, note: "card 4111 1111 1111 1111" };
  const before = structuredClone(meta);
  logger.info(`sent to ${SECRET}`, meta);
  expect(JSON.parse(lines[0]!)).toEqual({
    level: "info",
    message: "sent to [REDACTED:email]",
    user: { email: "[REDACTED:direct_identifier]", tries: 7 },
    note: "card [REDACTED:credit_card]",
  });
  expect(infos[0]).toMatchObject({
    level: "info",
    message: "sent to [REDACTED:email]",
    user: { email: "[REDACTED:direct_identifier]", tries: 7 },
    [LEVEL]: "info",
  });
  expect(JSON.stringify(infos[0]![SPLAT])).not.toContain("leak");
  expect(meta).toEqual(before);
});

test("an object that is logged as it is stays the caller's", () => {
  const { logger, lines } = setUp();
  const entry = { level: "warn", message: SECRET, mail: SECRET };
  logger.log(entry);
  expect(lines[0]).not.toContain(SECRET);
  expect(entry).toMatchObject({ message: SECRET, mail: SECRET });
});

test.each<[name: string, formats: Formats, log: (logger: ReturnType<typeof createLogger>) => void]>([
  ["a text line", [format.simple()], (logger) => logger.info(`to ${SECRET}`, { mail: SECRET })],
  [
    "printf-style arguments",
    [format.splat(), format.json()],
    (logger) => logger.info("to %s about %j", SECRET, { mail: SECRET }),
  ],
  [
    "an error with a stack and a cause",
    [format.errors({ stack: true, cause: true }), format.json()],
    (logger) => logger.error(new Error(SECRET, { cause: new Error(SECRET) }) as never),
  ],
  [
    "a timestamp, colors and a label",
    [format.label({ label: SECRET }), format.timestamp(), format.colorize(), format.simple()],
    (logger) => logger.warn("sent", { mail: SECRET }),
  ],
  ["a format behind it", [], (logger) => logger.info(`to ${SECRET}`, { mail: SECRET })],
  [
    "a child's meta",
    [format.json()],
    (logger) => logger.child({ mail: SECRET }).info("sent", { deep: [{ mail: SECRET }] }),
  ],
])("%s: nothing raw in the line or in the info", (_, formats, log) => {
  const { logger, lines, infos } = setUp(formats);
  log(logger);
  expect(infos).toHaveLength(1);
  expect(lines.join("")).not.toContain("leak");
  for (const shown of [infos[0]!, infos[0]![LINE], infos[0]![SPLAT]])
    expect(JSON.stringify(shown) ?? "").not.toContain("leak");
});

test("what can't be read is withheld, and the level stays", () => {
  const info = Object.defineProperty({ level: "info", message: SECRET }, "bad", {
    get: () => {
      throw new Error(SECRET);
    },
    enumerable: true,
  });
  const redacted = createRedactingFormat().transform(info as LogInfo);
  expect(redacted).toEqual({
    level: "info",
    message: "[WITHHELD:error]",
    [LEVEL]: "info",
    [LINE]: '{"message":"[WITHHELD:error]"}',
  });
});

test("whatever is logged: the line parses, says nothing planted, and goes through again unchanged", () => {
  const chain = format.json();
  const redacting = createRedactingFormat();
  fc.assert(
    fc.property(VALUES, fc.string({ unit: "grapheme" }), (value, text) => {
      const info = { level: "info", message: `${text} ${SECRET}`, value, [LEVEL]: "info" };
      const written = chain.transform(info, {}) as LogInfo;
      const once = redacting.transform(written);
      const line = String(once[LINE]);
      expect(() => JSON.parse(line)).not.toThrow();
      expect(line).not.toContain(SECRET);
      expect(redacting.transform(once)).toEqual(once);
    }),
    { numRuns: RUNS },
  );
});
