/**
 * `pnpm bench`: measures the engine and its parts against what one would otherwise build, in one run, and
 * prints Markdown tables. `pnpm bench --write` puts them into bench/README.md; `pnpm bench engine` measures one part, and `--write` then replaces its tables alone.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { compileScanner, DETECTORS, type DetectorDefinition, defineDetector } from "@scrim/detect";
import { createBatch } from "@scrim/pipeline";
import { compilePolicy, defaultPlan, parsePolicy } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import { FieldWalker, LEN, type MessageType, REQUEST_TYPES } from "@scrim/wire";
import { bodyBatch, logBatch, messageBatch, queryBatch, RECORDS, tinyAttributes } from "./batches.ts";
import { measureDeployed } from "./gateway/measure-deployed.ts";
import { gatewaySections } from "./gateway/sections.ts";
import { makeCapture, makeProcessor } from "./gateway-processors.ts";
import { inProcessSections } from "./in-process.ts";
import { measureInTurn, megabytesPerSecond, table } from "./measure.ts";
import { createRival, re2Loop, regExpLoop } from "./rivals.ts";
import { sealingSection } from "./sealing.ts";
import { spoolSection } from "./spool.ts";
import { verboseCaptureSections } from "./verbose-capture.ts";
import { verboseLoggerSection } from "./verbose-loggers.ts";
import { verboseServiceSections } from "./verbose-service.ts";

const RUNS = 15;
const sections: string[] = [];

/** Visits every field of every message. */
function walkAll(
  bytes: Buffer,
  walkers: FieldWalker[],
  type: MessageType,
  start: number,
  end: number,
  depth: number,
): void {
  const walker = (walkers[depth] ??= new FieldWalker());
  walker.enter(bytes, start, end);
  while (walker.next()) {
    const message = type.fields[walker.field]?.message;
    if (message !== undefined && walker.wire === LEN)
      walkAll(bytes, walkers, message, walker.start, walker.end, depth + 1);
  }
}

/** Texts of a batch, NUL between them, as the engine gathers them. */
function gathered(bytes: Buffer): Buffer {
  const texts: Buffer[] = [];
  const walker = (type: MessageType, start: number, end: number): void => {
    const fields = new FieldWalker();
    fields.enter(bytes, start, end);
    while (fields.next()) {
      const field = type.fields[fields.field];
      if (field?.message !== undefined) walker(field.message, fields.start, fields.end);
      else if (field?.role === "text") texts.push(bytes.subarray(fields.start, fields.end), Buffer.alloc(1));
    }
  };
  walker(REQUEST_TYPES.logs, 0, bytes.length);
  return Buffer.concat(texts);
}

function wireSection(): void {
  const batch = logBatch(0);
  const walkers: FieldWalker[] = [];
  const { walk } = measureInTurn(RUNS, {
    walk: () => walkAll(batch, walkers, REQUEST_TYPES.logs, 0, batch.length, 0),
  });
  sections.push(
    "### Wire walk",
    `Every field of every message of a ${(batch.length / 1e6).toFixed(2)} MB batch of ${RECORDS} log records.`,
    table(
      ["step", "ms", "MB/s"],
      [["walk", walk!.bestMs.toFixed(2), megabytesPerSecond(batch.length, walk!.bestMs)]],
    ),
  );
}

/** Five of different kinds: an address, a number with a check digit, a shape, a keyed value, a structure. */
const FIVE = ["email", "credit_card", "ipv4", "password", "jwt"];

/** Detectors of vendors that don't exist, to see what more of them would cost. */
function madeUp(count: number): DetectorDefinition[] {
  return Array.from({ length: count }, (_, n) => {
    const prefix = `mk${n.toString(36).padStart(2, "0")}_`;
    return defineDetector({
      id: `made_up_${n}`,
      type: "generic_secret",
      class: "credential",
      pack: "secrets",
      finds: "Keys of a vendor that does not exist.",
      source: "none",
      confidence: "certain",
      atoms: [`${prefix}[A-Za-z0-9]`],
      pattern: `${prefix}[A-Za-z0-9]{24}`,
      examples: { match: [`${prefix}abcdefghijklmnopqrstuvwx`], ignore: [prefix] },
    });
  });
}

function scannerSection(): void {
  const texts = gathered(logBatch(0));
  const sets: readonly (readonly DetectorDefinition[])[] = [
    DETECTORS.filter(({ id }) => FIVE.includes(id)),
    DETECTORS,
    [...DETECTORS, ...madeUp(50)],
    [...DETECTORS, ...madeUp(200)],
  ];
  const scanners = Object.fromEntries(sets.map((set) => [`${set.length}`, compileScanner(set)]));
  const results = measureInTurn(
    RUNS,
    Object.fromEntries(
      Object.entries(scanners).map(([name, scanner]) => [
        name,
        () => {
          for (let at = scanner.locate(texts, 0); at >= 0; at = scanner.locate(texts, at)) {
            at = texts.indexOf(0, at - 1) + 1; // on to the next text, as the engine does
            if (at === 0) break;
          }
        },
      ]),
    ),
  );
  const first = results[FIVE.length]!.bestMs;
  sections.push(
    "### Scanner",
    `One pass over the ${(texts.length / 1e6).toFixed(2)} MB of text in that batch, every hit located. ${DETECTORS.length} are all there are; the further ones are made up.`,
    table(
      ["detectors", "ms", "MB/s", "cost against 5"],
      Object.entries(results).map(([name, { bestMs }]) => [
        name,
        bestMs.toFixed(2),
        megabytesPerSecond(texts.length, bestMs),
        `${(bestMs / first).toFixed(2)} ×`,
      ]),
    ),
  );
}

function engineSection(): void {
  const rows = [0, 0.01, 0.1, 1].map((share) => {
    const batch = logBatch(share);
    const redactor = createRedactor(defaultPlan());
    const re2 = createRival(re2Loop(DETECTORS));
    const regExp = createRival(regExpLoop(DETECTORS));
    const { scrim, loop, js } = measureInTurn(5, {
      scrim: () => redactor.redact("logs", batch),
      loop: () => re2.redact(batch),
      js: () => regExp.redact(batch),
    });
    const same = redactor.redact("logs", batch).bytes === batch;
    return [
      `${share * 100} %`,
      scrim!.bestMs.toFixed(1),
      megabytesPerSecond(batch.length, scrim!.bestMs),
      ((scrim!.bestMs * 1000) / RECORDS).toFixed(2),
      loop!.bestMs.toFixed(0),
      `${(loop!.bestMs / scrim!.bestMs).toFixed(1)} ×`,
      js!.bestMs.toFixed(0),
      `${(js!.bestMs / scrim!.bestMs).toFixed(1)} ×`,
      same ? "yes" : "no",
    ];
  });
  sections.push(
    "### Engine",
    `${RECORDS} log records, the default policy with all ${DETECTORS.length} detectors, against decoding with protobufjs, looping over the same detectors for each string value, and encoding again.`,
    table(
      [
        "records with something to redact",
        "Scrim ms",
        "MB/s",
        "µs a record",
        "RE2 loop ms",
        "ratio",
        "RegExp loop ms",
        "ratio",
        "same buffer",
      ],
      rows,
    ),
  );
}

/** What the scanner has to decode to see anything, and what it sees then. */
const ENCODED: readonly (readonly [name: string, piece: string])[] = [
  ["`%41`", "%41"],
  ["`\\u0041`", "\\u0041"],
  ["`&#64;`", "&#64;"],
  ["zero-width spaces between letters", "a\u200b"],
  ["full-width digits", "１"],
  ["`１.1.1.1 `", "１.1.1.1 "],
  ["base64 of `a@b.co, `", "YUBiLmNvLCAg"],
  ["base64 of `a@b.co, a@b.co, ` in words", "YUBiLmNvLCBhQGIuY28sIGFAYi5j "],
];

const HOSTILE: readonly (readonly [name: string, batch: () => Buffer])[] = [
  ["1 MB of digits, one value", () => bodyBatch("1".repeat(1e6))],
  ["1 MB of `@`, one value", () => bodyBatch("@".repeat(1e6))],
  ["1 MB of `-----BEGIN `, one value", () => bodyBatch("-----BEGIN ".repeat(1e5))],
  ["1 MB of digits in values of 250 KB", () => repeated(bodyBatch("1".repeat(250_000)), 4)],
  ["1 MB of `@` in values of 250 KB", () => repeated(bodyBatch("@".repeat(250_000)), 4)],
  ["1 MB of `-----BEGIN ` in values of 250 KB", () => repeated(bodyBatch("-----BEGIN ".repeat(22_700)), 4)],
  ["1 MB of `1.1.1.1 ` in values of 250 KB", () => repeated(bodyBatch("1.1.1.1 ".repeat(31_000)), 4)],
  ["1 MB of `a@b.c ` in values of 250 KB", () => repeated(bodyBatch("a@b.co ".repeat(35_000)), 4)],
  ...ENCODED.map(
    ([name, piece]) =>
      [
        `1 MB of ${name} in values of 250 KB`,
        () => repeated(bodyBatch(piece.repeat(250_000 / Buffer.byteLength(piece))), 4),
      ] as const,
  ),
  ["100,000 tiny attributes, 100 keys", () => tinyAttributes(100_000, 100)],
  ["100,000 tiny attributes, 100,000 keys", () => tinyAttributes(100_000, 100_000)],
  ["1,000 records of 100 tiny attributes, 100 keys", () => tinyAttributes(100_000, 100, 1000)],
  ["1,000 records of 100 tiny attributes, 100,000 keys", () => tinyAttributes(100_000, 100_000, 1000)],
];

/** Requests side by side are one request: their resources follow one another. */
function repeated(batch: Buffer, times: number): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => batch));
}

/** Name, megabytes with so many decimals, milliseconds with one fewer, and speed. */
function speedRow(name: string, batch: Buffer, ms: number, decimals: number): string[] {
  const megabytes = (batch.length / 1e6).toFixed(decimals);
  return [name, megabytes, ms.toFixed(decimals - 1), megabytesPerSecond(batch.length, ms)];
}

function structureSection(): void {
  const scanning = compilePolicy([parsePolicy("version: 1\nclasses: { payload: scan }", "bench")]);
  const batches: Readonly<Record<string, Buffer>> = {
    "8 KB of a model's messages, clean": messageBatch(8, false),
    "64 KB of a model's messages, clean": messageBatch(64, false),
    "64 KB of them, something in every tenth": messageBatch(64, true),
    "2000 queries with parameters": queryBatch(false),
    "2000 queries with literals": queryBatch(true),
  };
  const rows = Object.entries(batches).map(([name, batch]) => {
    const redactor = createRedactor(scanning);
    const { redact } = measureInTurn(RUNS, { redact: () => redactor.redact("traces", batch) });
    return speedRow(name, batch, redact!.bestMs, 3);
  });
  sections.push(
    "### Structure",
    "JSON in an attribute with payloads scanned, and queries whose literals become `?`.",
    table(["input", "MB", "ms", "MB/s"], rows),
  );
}

function hostileSection(): void {
  const redactor = createRedactor(defaultPlan());
  const rows = HOSTILE.map(([name, make]) => {
    const batch = make();
    const { redact } = measureInTurn(3, { redact: () => redactor.redact("logs", batch) });
    return speedRow(name, batch, redact!.bestMs, 2);
  });
  sections.push(
    "### Hostile input",
    "A value over 256 KiB and a record over 16,384 attributes are cut off, so the rows with one value and with 100,000 attributes in one record show mostly how fast that is; the others stay within the budgets.",
    table(["input", "MB", "ms", "MB/s"], rows),
  );
}

/** On a batch of INFO records: with the floor there all pass, and above it none. */
async function processorSection(): Promise<void> {
  const bytes = logBatch(0);
  const batch = createBatch("logs", bytes, { address: undefined });
  const processors = {
    "verbose_capture, all at the floor": await makeCapture("info", 0),
    "verbose_capture, all at the floor, 100,000 traces approved": await makeCapture("info", 100_000),
    "verbose_capture, all below and dropped": await makeCapture("warn", 0),
    "verbose_capture, all below and dropped, 100,000 traces approved": await makeCapture("warn", 100_000),
    "probabilistic_sampler, 10 %": await makeProcessor("probabilistic_sampler", { sampling_percentage: 10 }),
    "probabilistic_sampler, 100 %": await makeProcessor("probabilistic_sampler", {
      sampling_percentage: 100,
    }),
  };
  const results = measureInTurn(
    RUNS,
    Object.fromEntries(
      Object.entries(processors).map(([name, processor]) => [name, () => void processor.process(batch)]),
    ),
  );
  sections.push(
    "### Processors of the gateway",
    `The ${(bytes.length / 1e6).toFixed(2)} MB batch of ${RECORDS} log records, each of a trace of its own. At 100 % each record gets a threshold.`,
    table(
      ["processor", "ms", "MB/s", "ns a record"],
      Object.entries(results).map(([name, { bestMs }]) => [
        name,
        bestMs.toFixed(2),
        megabytesPerSecond(bytes.length, bestMs),
        ((bestMs * 1e6) / RECORDS).toFixed(0),
      ]),
    ),
  );
  for (const processor of Object.values(processors)) await processor.shutdown?.();
}

/** By the name that `pnpm bench <name>` measures it alone under. */
const SECTIONS: Readonly<Record<string, () => void | Promise<void>>> = {
  wire: wireSection,
  scanner: scannerSection,
  engine: engineSection,
  structure: structureSection,
  hostile: hostileSection,
  processors: processorSection,
  "in-process": async () => {
    sections.push(...(await inProcessSections()));
  },
  seal: () => {
    sections.push(...sealingSection());
  },
  spool: async () => {
    sections.push(...(await spoolSection()));
  },
  gateway: async () => {
    await measureDeployed();
    sections.push(...(await gatewaySections(process.argv.includes("--quick"))));
  },
  verbose: async () => {
    sections.push(...verboseLoggerSection());
    sections.push(...verboseCaptureSections());
    sections.push(...(await verboseServiceSections()));
  },
};

const RESULTS = "<!-- results -->\n";
const END = "<!-- end -->";

const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
for (const [name, measure] of Object.entries(SECTIONS)) {
  if (chosen.length === 0 || chosen.includes(name)) await measure();
}

/** Report by heading, and under "" what stands before the first one. */
function byHeading(report: string): Map<string, string> {
  const parts = report.split(/^(?=### )/m).map((part) => part.trim());
  return new Map(
    parts.map((part) => [part.startsWith("###") ? part.slice(0, part.indexOf("\n")) : "", part]),
  );
}

const machine = `Node ${process.version}, ${cpus()[0]?.model.trim()}, ${cpus().length} shared cores.`;
const report = [
  `Measured with \`./bin/pnpm bench --write\` on ${machine} Best of the runs, medians in process; compare ratios, not times.`,
  ...sections,
].join("\n\n");
console.log(report);
if (process.argv.includes("--write")) {
  const file = join(import.meta.dirname, "README.md");
  const text = readFileSync(file, "utf8");
  const [start, end] = [text.indexOf(RESULTS) + RESULTS.length, text.indexOf(END)];
  const written = new Map([...byHeading(text.slice(start, end)), ...byHeading(report)]);
  writeFileSync(file, `${text.slice(0, start)}\n${[...written.values()].join("\n\n")}\n\n${text.slice(end)}`);
}
