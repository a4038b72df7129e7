import type { Logger, LoggerOptions } from "pino";
import { beforeEach, expect, test, vi } from "vitest";
import { severityOfLevel } from "../../src/loggers/level-severity.ts";
import { APPROVED, approve, bodies, gated, grants, inTrace, OTHER, sent } from "./gated-loggers.ts";

const { pino } = gated;

let printed: string[];
beforeEach(() => {
  printed = [];
  sent();
  approve();
});

const destination = { write: (line: string) => void printed.push(JSON.parse(line).msg) };
const logger = (options: LoggerOptions = {}): Logger => pino({ base: null, ...options }, destination);

test("a line below the level reaches OpenTelemetry in an approved trace, and the destination in none", () => {
  const log = logger();
  for (const trace of [APPROVED, OTHER])
    inTrace(trace, () => {
      log.debug({ items: 3 }, "cart of %s", trace.slice(0, 4));
      log.info("done");
    });
  log.debug("without a trace");
  expect(sent()).toEqual([
    { severity: 5, body: "cart of 0af7", attributes: { items: 3 } },
    { severity: 9, body: "done", attributes: {} },
    { severity: 9, body: "done", attributes: {} },
  ]);
  expect(printed).toEqual(["done", "done"]);
});

test("such a line is made as any other: bindings, mixin, hooks, serializers, formatters, prefix, redaction", () => {
  const hook = vi.fn(function (this: Logger, args: unknown[], method: Logger["debug"]) {
    method.apply(this, [args[0], `${args[1]}!`] as never);
  });
  const say = (level: string) => {
    const log = logger({
      level,
      name: "shop",
      msgPrefix: "[shop] ",
      mixin: (_fields, number) => ({ mixed: number }),
      hooks: { logMethod: hook as never },
      serializers: { order: (order) => ({ id: order.id }) },
      formatters: { log: (fields) => ({ ...fields, formatted: true }) },
      redact: ["secret"],
    });
    log.child({ bound: { to: "child" } }).debug({ order: { id: 7, more: 1 }, secret: "s" }, "paid");
    return sent();
  };
  const opened = inTrace(APPROVED, () => say("trace"));
  expect(opened).toMatchObject([
    {
      body: "[shop] paid!",
      attributes: { bound: { to: "child" }, mixed: 20, order: { id: 7 }, formatted: true },
    },
  ]);
  expect(printed).toEqual(["[shop] paid!"]);
  expect(inTrace(APPROVED, () => say("info"))).toEqual(opened);
  expect(printed).toEqual(["[shop] paid!"]);
  expect(hook).toHaveBeenCalledTimes(2);
  inTrace(OTHER, () => say("info"));
  expect(hook).toHaveBeenCalledTimes(2);
});

test("nothing is made of a line that nobody wants", () => {
  const asked = vi.fn(() => "seen");
  const log = logger({ serializers: { field: asked }, mixin: asked as never });
  const fields = { field: 1, toJSON: asked };
  inTrace(OTHER, () => log.debug(fields, "%s", { toString: asked }));
  grants.clear();
  inTrace(APPROVED, () => log.debug(fields));
  expect(asked).not.toHaveBeenCalled();
});

test("levels that are set later, on loggers and children, are the logger's own", () => {
  const log = logger();
  const events = vi.fn();
  log.on("level-change", events);
  inTrace(APPROVED, () => {
    const child = log.child({}, { level: "warn" });
    child.debug("child");
    log.level = "debug";
    log.debug("printed");
    log.trace("sent");
    log.child({ a: 1 }).trace("of a child");
    log.level = "error";
    log.debug("sent again");
    log.info("info is no business of the gate");
    expect([log.level, log.levelVal, child.level]).toEqual(["error", 50, "warn"]);
  });
  expect(printed).toEqual(["printed"]);
  expect(bodies()).toEqual(["child", "printed", "sent", "of a child", "sent again"]);
  expect(events).toHaveBeenCalledTimes(3); // of the child and twice of its parent, which share their listeners
});

test("a change of level is told once, as it was made", () => {
  const log = logger({ level: "trace" });
  const events = vi.fn();
  log.on("level-change", events);
  log.level = "info";
  expect(events.mock.calls.map(([level, , before]) => [level, before])).toEqual([["info", "trace"]]);
});

test("isLevelEnabled is true where the gate is open", () => {
  const log = logger({ customLevels: { chatty: 15 } });
  const enabled = () =>
    ["trace", "chatty", "debug", "info", "none"].filter((level) => log.isLevelEnabled(level));
  approve({ level: "debug" });
  expect(enabled()).toEqual(["info"]);
  expect(inTrace(OTHER, enabled)).toEqual(["info"]);
  expect(inTrace(APPROVED, enabled)).toEqual(["debug", "info"]);
  approve();
  expect(inTrace(APPROVED, enabled)).toEqual(["trace", "chatty", "debug", "info"]);
});

test.each<[string, LoggerOptions]>([
  ["level silent", { level: "silent" }],
  ["not enabled", { enabled: false }],
])("a silenced logger stays silent: %s", (_name, options) => {
  const log = logger(options);
  inTrace(APPROVED, () => {
    log.debug("no");
    log.fatal("no");
    expect(log.isLevelEnabled("debug")).toBe(false);
    log.child({}, { level: "info" }).debug("a child that is not");
  });
  expect(bodies()).toEqual(["a child that is not"]);
  expect(printed).toEqual([]);
});

test.each<[string, LoggerOptions, number]>([
  ["beside pino's", { customLevels: { chatty: 15 } }, 3],
  ["in their place", { customLevels: { chatty: 10, loud: 40 }, useOnlyCustomLevels: true, level: "loud" }, 1],
  [
    "counting down",
    {
      customLevels: { chatty: 25, loud: 8 },
      useOnlyCustomLevels: true,
      level: "loud",
      levelComparison: "DESC",
    },
    7,
  ],
])("levels of the application are gated too: %s", (_name, options, severity) => {
  const log = logger(options) as unknown as Logger<"chatty">;
  inTrace(APPROVED, () => log.chatty({ a: 1 }, "chat"));
  inTrace(OTHER, () => log.chatty("chat"));
  expect(sent()).toEqual([{ severity, body: "chat", attributes: { a: 1 } }]);
  expect(printed).toEqual([]);
});

test("the severity that a gate knows a level by is the one that OpenTelemetry gets", () => {
  const values = Array.from({ length: 80 }, (_, i) => i + 1);
  const customLevels = Object.fromEntries(values.map((value) => [`level${value}`, value]));
  const log = logger({ customLevels, useOnlyCustomLevels: true, level: "level1" });
  inTrace(APPROVED, () => {
    for (const value of values) (log as unknown as Record<string, () => void>)[`level${value}`]!();
  });
  expect(sent().map(({ severity }) => severity)).toEqual(values.map(severityOfLevel));
});

test("levels that only a child has are gated", () => {
  const child = logger().child({}, { customLevels: { chatty: 15 } }) as unknown as Logger<"chatty">;
  inTrace(APPROVED, () => child.chatty("chat"));
  expect(bodies()).toEqual(["chat"]);
  expect(printed).toEqual([]);
});

test("destinations with levels of their own get what they got", () => {
  const streams = ["trace", "info", "error"].map((level) => ({
    level: level as "info",
    stream: { write: (line: string) => void printed.push(`${level}: ${JSON.parse(line).msg}`) },
  }));
  const log = pino({ level: "info" }, pino.multistream(streams));
  inTrace(APPROVED, () => {
    log.debug("below");
    log.info("above");
  });
  expect(printed).toEqual(["trace: above", "info: above"]);
  expect(bodies()).toEqual(["below", "above"]);
});

test("what the application's own functions throw for a line that is only captured is not thrown into it", () => {
  const log = logger({
    serializers: {
      field() {
        log.info("from a serializer");
        throw new Error("no");
      },
    },
  });
  inTrace(APPROVED, () => {
    expect(() => log.debug({ field: 1 }, "below")).not.toThrow();
    expect(() => log.info({ field: 1 }, "above")).toThrow("no");
  });
  expect(printed, "a line that is logged meanwhile goes where it goes").toEqual([
    "from a serializer",
    "from a serializer",
  ]);
});

test("a line that is logged to make a line does not go on for ever", () => {
  const log: Logger = logger({
    mixin() {
      log?.debug("from the mixin");
      return {};
    },
  });
  inTrace(APPROVED, () => {
    log.debug("below");
    log.info("above");
  });
  expect(bodies()).toEqual(["below", "from the mixin", "above"]);
});

test("a method that was taken off its logger works as before", () => {
  const log = logger();
  const bound = log.debug.bind(log);
  const { debug } = log;
  inTrace(APPROVED, () => {
    bound("bound");
    expect(() => debug("free")).not.toThrow();
  });
  expect(bodies()).toEqual(["bound"]);
});

test("bindings that are set later are in what is captured later", () => {
  const log = logger();
  inTrace(APPROVED, () => {
    log.debug("before");
    log.setBindings({ user: 7 });
    log.debug("after");
  });
  expect(sent().map(({ attributes }) => attributes)).toEqual([{}, { user: 7 }]);
});

test("what can be listed of a logger is what could be listed", () => {
  const names = Object.keys(logger());
  expect(names).not.toContain("isLevelEnabled");
  expect(names).toContain("debug");
});
