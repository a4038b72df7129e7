import { Writable } from "node:stream";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { APPROVED, approve, gated, inTrace, OTHER, plain, sent } from "./gated-loggers.ts";

const RUNS = Number(process.env.SCRIM_FUZZ_RUNS ?? 200);

/** What the loggers of one library have in common, whatever they call it. */
interface Anylogger {
  log(level: string, fields: object, text: string): void;
  setLevel(level: string): void;
  child(bindings: object, level: string | undefined): Anylogger;
  /** The level that the application is told. */
  level(): unknown;
}

interface Library {
  readonly levels: readonly string[];
  make(loggers: typeof plain, level: string, print: (line: string) => void): Anylogger;
}

const PINO: Library = {
  levels: ["trace", "chatty", "debug", "info", "error", "silent"],
  make({ pino }, level, print) {
    const around = (log: import("pino").Logger<"chatty">): Anylogger => ({
      log: (at, fields, text) => log[at as "info"](fields, text),
      setLevel: (to) => {
        log.level = to;
      },
      child: (bindings, to) =>
        around(log.child(bindings, to === undefined ? undefined : { level: to }) as never),
      level: () => [log.level, log.levelVal],
    });
    const options = { level, base: null, timestamp: false, customLevels: { chatty: 15 } };
    return around(pino(options, { write: print }));
  },
};

const WINSTON: Library = {
  levels: ["silly", "debug", "http", "info", "error"],
  make({ winston }, level, print) {
    const around = (log: import("winston").Logger): Anylogger => ({
      log: (at, fields, text) => void log.log(at, text, fields),
      setLevel: (to) => {
        log.level = to;
      },
      child: (bindings) => around(log.child(bindings)),
      level: () => log.level,
    });
    const stream = new Writable({
      write(chunk, _encoding, done) {
        print(String(chunk));
        done();
      },
    });
    const transports = [undefined, "debug"].map((own) => {
      return new winston.transports.Stream({ stream, ...(own && { level: own }) });
    });
    return around(winston.createLogger({ level, transports }));
  },
};

const BUNYAN: Library = {
  levels: ["trace", "debug", "info", "error", "silent"],
  make({ bunyan }, level, print) {
    const numberOf = (name: string) => (name === "silent" ? 61 : bunyan.resolveLevel(name as "info"));
    const around = (log: import("bunyan")): Anylogger => ({
      log: (at, fields, text) => log[at as "info"]?.(fields, text),
      setLevel: (to) => log.level(numberOf(to)),
      child: (bindings, to) => around(log.child({ ...bindings, ...(to && { level: numberOf(to) }) })),
      level: () => log.level(),
    });
    const stream = { write: print } as unknown as NodeJS.WritableStream;
    const streams = [numberOf(level), numberOf("info")].map((own) => ({ level: own, stream }));
    return around(bunyan.createLogger({ name: "shop", src: true, streams }));
  },
};

const step = ({ levels }: Library) =>
  fc.record({
    logger: fc.nat(3),
    trace: fc.constantFrom(APPROVED, OTHER, undefined),
    what: fc.constantFrom("log", "log", "log", "log", "setLevel", "child"),
    level: fc.constantFrom(...levels),
    isOwn: fc.boolean(),
    fields: fc.constantFrom({}, { a: 1 }, { nested: { b: ["x"] } }, { err: "text" }),
  });

type Step = ReturnType<typeof step> extends fc.Arbitrary<infer Value> ? Value : never;

/** Lines that a sequence of calls prints, and the levels that it is told in between. */
function ran({ make }: Library, loggers: typeof plain, level: string, steps: readonly Step[]): unknown[] {
  const seen: unknown[] = [];
  const all = [make(loggers, level, (line) => seen.push(line))];
  for (const [at, { logger: index, trace, what, level: to, isOwn, fields }] of steps.entries()) {
    const logger = all[index % all.length]!;
    const run = () => {
      if (what === "log") logger.log(to, fields, `step ${at}`);
      else if (what === "setLevel") logger.setLevel(to);
      else all.push(logger.child({ at }, isOwn ? to : undefined));
    };
    if (trace === undefined) run();
    else inTrace(trace, run);
    seen.push(logger.level());
  }
  return seen;
}

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
});
afterAll(() => {
  vi.useRealTimers();
});

const LIBRARIES: readonly (readonly [string, Library])[] = [
  ["pino", PINO],
  ["winston", WINSTON],
  ["bunyan", BUNYAN],
];
const sequenceOf = (library: Library) => fc.array(step(library), { maxLength: 40, size: "max" });
const verbose = () => sent().filter(({ severity }) => severity! < 9);

test.each(LIBRARIES)(
  "%s prints with gates what it prints without, to the byte, and says the same of its levels",
  (_name, library) => {
    let captured = 0;
    approve();
    fc.assert(
      fc.property(fc.constantFrom(...library.levels), sequenceOf(library), (level, steps) => {
        const expected = ran(library, plain, level, steps);
        expect(ran(library, gated, level, steps)).toEqual(expected);
        captured += verbose().length;
      }),
      { numRuns: RUNS },
    );
    expect(captured, "the gates were open").toBeGreaterThan(RUNS);
  },
);

test.each(LIBRARIES)(
  "%s sends through gates what it would send if it were opened to its lowest level",
  (_name, library) => {
    approve();
    fc.assert(
      fc.property(fc.constantFrom(...library.levels), sequenceOf(library), (level, steps) => {
        fc.pre(level !== "silent");
        const atOneLevel = steps
          .filter(({ what }) => what !== "setLevel")
          .map((each) => ({ ...each, isOwn: false }));
        const sentAt = (at: string) => {
          ran(library, gated, at, atOneLevel);
          return verbose();
        };
        expect(sentAt(level)).toEqual(sentAt(library.levels[0]!));
      }),
      { numRuns: RUNS },
    );
  },
);
