import { Writable } from "node:stream";
import { OpenTelemetryTransportV3 } from "@opentelemetry/winston-transport";
import { beforeEach, expect, test } from "vitest";
import type { Logger, LoggerOptions, transport } from "winston";
import { APPROVED, approve, bodies, gated, inTrace, OTHER, sent } from "./gated-loggers.ts";

const { winston } = gated;

let printed: string[];
beforeEach(() => {
  printed = [];
  sent();
  approve();
});

const output = (options: object = {}): transport =>
  new winston.transports.Stream({
    stream: new Writable({
      write(chunk, _encoding, done) {
        printed.push(JSON.parse(chunk).message);
        done();
      },
    }),
    ...options,
  });
const logger = (options: LoggerOptions = {}): Logger =>
  winston.createLogger({ transports: [output()], ...options });

test("a line below the level reaches OpenTelemetry in an approved trace, and no other transport", () => {
  const log = logger({ transports: [output(), output({ level: "http" })] });
  for (const id of [APPROVED, OTHER])
    inTrace(id, () => {
      log.debug("cart", { items: 3 });
      log.info("done");
    });
  log.debug("without a trace");
  expect(sent()).toEqual([
    { severity: 5, body: "cart", attributes: { items: 3 } },
    { severity: 9, body: "done", attributes: {} },
    { severity: 9, body: "done", attributes: {} },
  ]);
  expect(printed).toEqual(["done", "done", "done", "done"]);
});

test("such a line is made as any other: format, default meta, children", () => {
  const { combine, json, splat, timestamp } = winston.format;
  const say = (level: string) => {
    const log = logger({
      level,
      defaultMeta: { service: "shop" },
      format: combine(splat(), timestamp({ format: "x" }), json()),
    });
    log.child({ session: { user: 7 } }).debug("cart of %s", "you", { items: 3 });
    log.log({ level: "silly", message: "one object" });
    return sent();
  };
  const opened = inTrace(APPROVED, () => say("silly"));
  expect(opened).toMatchObject([
    { severity: 5, body: "cart of you", attributes: { session: { user: 7 }, items: 3 } },
    { severity: 1, body: "one object", attributes: { service: "shop" } },
  ]);
  printed = [];
  const withoutTime = (records: readonly object[]) =>
    JSON.parse(JSON.stringify(records).replace(/\d{13}/g, "t"));
  expect(withoutTime(inTrace(APPROVED, () => say("info")))).toEqual(withoutTime(opened));
  expect(printed).toEqual([]);
});

test("levels that are set later are the logger's own, and so are its children's", () => {
  const log = logger();
  const child = log.child({});
  inTrace(APPROVED, () => {
    log.level = "debug";
    log.debug("printed");
    log.silly("sent");
    log.level = "error";
    child.debug("sent again");
    log.info("info is no business of the gate");
    expect(log.level).toBe("error");
  });
  expect(printed).toEqual(["printed"]);
  expect(bodies()).toEqual(["printed", "sent", "sent again"]);
});

test("a logger that is configured anew is gated anew", () => {
  const log = logger();
  log.configure({ transports: [output()], level: "warn" });
  inTrace(APPROVED, () => log.debug("cart"));
  expect(bodies()).toEqual(["cart"]);
  expect(printed).toEqual([]);
});

test("isLevelEnabled is true where the gate is open", () => {
  const log = logger();
  const enabled = () =>
    ["silly", "debug", "http", "info", "none"].filter((level) => log.isLevelEnabled(level));
  approve({ level: "debug" });
  expect(enabled()).toEqual(["info"]);
  expect(inTrace(OTHER, enabled)).toEqual(["info"]);
  expect(inTrace(APPROVED, enabled)).toEqual(["debug", "http", "info"]);
  expect(inTrace(APPROVED, () => log.isDebugEnabled())).toBe(true);
  expect(inTrace(APPROVED, () => log.child({}).isSillyEnabled())).toBe(false);
});

test("a silenced logger stays silent", () => {
  const log = logger({ silent: true });
  inTrace(APPROVED, () => {
    log.debug("no");
    expect(log.isLevelEnabled("debug")).toBe(false);
  });
  expect(bodies()).toEqual([]);
});

test("levels of the application are gated where OpenTelemetry knows them by name, and no others", () => {
  const log = logger({ levels: { error: 0, info: 1, trace: 2, chatty: 3 } });
  inTrace(APPROVED, () => {
    log.log("trace", "known");
    log.log("chatty", "unknown: it would have no severity, and pass everywhere");
    expect([log.isLevelEnabled("trace"), log.isLevelEnabled("chatty")]).toEqual([true, false]);
  });
  expect(bodies()).toEqual(["known"]);
});

test.each(["npm", "syslog", "cli"] as const)(
  "the gate knows all levels of %s as OpenTelemetry does",
  (name) => {
    const { levels } = winston.config[name];
    const names = Object.keys(levels);
    const say = (level: string) => {
      const log = logger({ levels, level });
      inTrace(APPROVED, () => {
        for (const each of names) log.log(each, each);
      });
      return sent().filter(({ severity }) => severity! < 9);
    };
    const opened = say(names.at(-1)!);
    expect(opened.length).toBeGreaterThan(0);
    expect(say(names[0]!)).toEqual(opened);
  },
);

test("a transport that somebody adds with a mapping and a level of its own is opened too", () => {
  const log = logger({ levels: { error: 0, info: 1, chatty: 2 } });
  log.clear(); // also of the one that the instrumentation adds
  log.add(
    new OpenTelemetryTransportV3({
      level: "error",
      logSeverity: 17,
      severityMapping: { chatty: 3 },
    } as object),
  );
  inTrace(APPROVED, () => log.log("chatty", "chat"));
  inTrace(OTHER, () => log.log("chatty", "chat"));
  expect(sent()).toMatchObject([{ severity: 3, body: "chat" }]);
});

test.each([
  ["logger", (log: Logger) => log],
  ["transport", (log: Logger) => log.transports.at(-1)!],
])(
  "the trace is the one that was current when a line was logged, though the %s delivers it later",
  (_name, of) => {
    const log = logger();
    of(log).cork();
    inTrace(APPROVED, () => log.debug("first"));
    inTrace(OTHER, () => log.debug("second"));
    inTrace(APPROVED, () => log.debug("third"));
    inTrace(OTHER, () => of(log).uncork());
    expect(bodies()).toEqual(["first", "third"]);
    expect(printed).toEqual([]);
  },
);
