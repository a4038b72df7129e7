import type Logger from "bunyan";
import { beforeEach, expect, test, vi } from "vitest";
import { APPROVED, approve, bodies, gated, inTrace, OTHER, plain, sent } from "./gated-loggers.ts";

const { bunyan } = gated;

interface Line {
  readonly msg: string;
  readonly src?: { readonly file: string; readonly line: number };
}

let lines: Line[];
beforeEach(() => {
  lines = [];
  sent();
  approve();
});

const printed = () => lines.map(({ msg }) => msg);
const output = {
  write: (line: string) => void lines.push(JSON.parse(line)),
} as unknown as NodeJS.WritableStream;
const logger = (options: Partial<Logger.LoggerOptions> = {}): Logger =>
  bunyan.createLogger({ name: "shop", stream: output, ...options } as Logger.LoggerOptions);

test("a line below the level reaches OpenTelemetry in an approved trace, and the stream in none", () => {
  const log = logger();
  for (const id of [APPROVED, OTHER])
    inTrace(id, () => {
      log.debug({ items: 3 }, "cart of %s", id.slice(0, 4));
      log.info("done");
    });
  log.debug("without a trace");
  expect(sent()).toEqual([
    { severity: 5, body: "cart of 0af7", attributes: { name: "shop", items: 3 } },
    { severity: 9, body: "done", attributes: { name: "shop" } },
    { severity: 9, body: "done", attributes: { name: "shop" } },
  ]);
  expect(printed()).toEqual(["done", "done"]);
});

test("such a line is made as any other: fields, serializers, children, errors", () => {
  const serializers = { order: (order: { id: number }) => ({ id: order.id }), ...bunyan.stdSerializers };
  const say = (level: Logger.LogLevel) => {
    const log = logger({ level, serializers, session: 7 });
    log.child({ bound: { to: "child" } }).debug({ order: { id: 7, more: 1 } }, "paid");
    log.child({ simple: true }, true).trace({ err: new RangeError("no") }, "failed");
    return sent().map(({ attributes, ...record }) => ({
      ...record,
      attributes: { ...attributes, "exception.stacktrace": "" },
    }));
  };
  const opened = inTrace(APPROVED, () => say("trace"));
  expect(opened).toMatchObject([
    { severity: 5, body: "paid", attributes: { session: 7, bound: { to: "child" }, order: { id: 7 } } },
    { severity: 1, body: "failed", attributes: { simple: true, "exception.type": "RangeError" } },
  ]);
  lines = [];
  expect(inTrace(APPROVED, () => say("info"))).toEqual(opened);
  expect(printed()).toEqual([]);
});

test("nothing is made of a line that nobody wants", () => {
  const asked = vi.fn();
  const log = logger({ serializers: { field: asked } });
  inTrace(OTHER, () => log.debug({ field: 1, toJSON: asked }, "%s", { toString: asked }));
  expect(asked).not.toHaveBeenCalled();
});

test("levels that are set later, on loggers, streams and children, are the logger's own", () => {
  const log = logger();
  inTrace(APPROVED, () => {
    const child = log.child({ level: "warn" });
    child.debug("child");
    log.level("debug");
    log.debug("printed");
    log.trace("sent");
    log.level("error");
    log.debug("sent again");
    log.info("info is no business of the gate");
    log.levels(0, "debug");
    log.debug("printed and sent, once each");
    expect([log.level(), log.levels(), child.level()]).toEqual([20, [20, 50], 40]);
  });
  inTrace(OTHER, () => log.debug("only printed"));
  expect(printed()).toEqual(["printed", "printed and sent, once each", "only printed"]);
  expect(bodies()).toEqual(["child", "printed", "sent", "sent again", "printed and sent, once each"]);
});

test("a method without arguments says whether the level is enabled, also by the gate", () => {
  const log = logger();
  const enabled = () => [log.trace(), log.debug(), log.info()] as unknown as boolean[];
  approve({ level: "debug" });
  expect(enabled()).toEqual([false, false, true]);
  expect(inTrace(OTHER, enabled)).toEqual([false, false, true]);
  expect(inTrace(APPROVED, enabled)).toEqual([false, true, true]);
});

test.each<[string, Partial<Logger.LoggerOptions>]>([
  ["above all levels", { level: bunyan.FATAL + 1 }],
  ["no streams", { stream: undefined, streams: [] } as object],
])("a silenced logger stays silent: %s", (_name, options) => {
  const log = logger(options);
  inTrace(APPROVED, () => log.debug("no"));
  expect(bodies()).toEqual([]);
  expect(printed()).toEqual([]);
});

test("streams with levels of their own get what they got", () => {
  const streams = (["debug", "info", "error"] as const).map((level) => ({
    level,
    stream: {
      write: (line: string) => void lines.push({ msg: `${level}: ${JSON.parse(line).msg}` }),
    } as never,
  }));
  const log = bunyan.createLogger({ name: "shop", streams });
  inTrace(APPROVED, () => {
    log.trace("below");
    log.debug("between");
  });
  expect(printed()).toEqual(["debug: between"]);
  expect(bodies()).toEqual(["below", "between"]);
});

test("what the application's own functions throw for a line that is only captured is not thrown into it", () => {
  const log = logger();
  const fields = {
    get thrower(): string {
      throw new Error("no");
    },
  };
  inTrace(APPROVED, () => {
    expect(() => log.debug(fields, "below")).not.toThrow();
    expect(() => log.info(fields, "above")).toThrow("no");
  });
});

test("a line that is logged to make a line does not go on for ever", () => {
  const log: Logger = logger({
    serializers: {
      field(value: unknown) {
        log.debug({ field: value }, "from a serializer");
        return value;
      },
    },
  });
  inTrace(APPROVED, () => log.debug({ field: 1 }, "below"));
  expect(bodies()).toEqual(["below"]);
});

test("lines say where they were logged, captured or printed", () => {
  const sources = [plain.bunyan, bunyan].map((each) => {
    lines = [];
    const log = each.createLogger({ name: "shop", src: true, level: "debug", stream: output });
    const debug = log.debug.bind(log);
    log.debug("enabled");
    debug("bound");
    log.level("info");
    const bound = log.debug.bind(log);
    log.level("debug");
    bound("bound below the level");
    return lines.map(({ src }) => src?.file);
  });
  expect(sources[1]).toEqual([import.meta.filename, import.meta.filename, import.meta.filename]);
  expect(sources[1]).toEqual(sources[0]);
  sent();
  const log = logger({ src: true });
  inTrace(APPROVED, () => log.debug("captured"));
  const [record] = sent();
  const [info] = [inTrace(APPROVED, () => log.info("printed")), ...sent()].slice(1);
  expect(record?.attributes.src).toMatchObject({ file: import.meta.filename });
  expect(info?.attributes.src).toMatchObject({ file: import.meta.filename });
});

test("a method that was taken off its logger, or replaced, works as before", () => {
  const log = logger();
  const bound = log.debug.bind(log);
  inTrace(APPROVED, () => bound("bound"));
  expect(bodies()).toEqual(["bound"]);
  const mine = vi.fn();
  log.debug = mine as never;
  log.debug("mine");
  expect(mine).toHaveBeenCalledWith("mine");
  expect(() => new bunyan({ name: "shop", streams: [] })).not.toThrow();
});
