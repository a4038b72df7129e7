import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { StreamResult } from "./endless-stream.ts";
import type { FloodResult } from "./flood.ts";

/* Each in a process of its own, whose memory is measured from inside. */

async function run<Result>(program: string, args: readonly string[]): Promise<Result> {
  const file = join(import.meta.dirname, program);
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", file, ...args]);
  return JSON.parse(stdout);
}

const MB = 1e6;

/** A flight recorder has room for 16 MiB of texts in 20,000 records; this gateway, for 4 MiB in 5,000. */
const FLOODS: readonly (readonly [name: string, program: string, args: readonly string[]])[] = [
  [
    "a million traces, each with a token, and a flight recorder",
    "flood.ts",
    ["1000000", "0", "--flight-recorder"],
  ],
  [
    "traces whose headers have 12 KB, and a flight recorder",
    "flood.ts",
    ["50000", "4000", "--flight-recorder"],
  ],
  ["traces whose headers have 12 KB", "flood.ts", ["50000", "4000"]],
  ["a million traces, each with a token, and a gateway that holds records", "flood-gateway.ts", ["1000000"]],
];

test.concurrent.for(FLOODS)(
  "%s: memory is bounded, and nothing is captured",
  { timeout: 300_000 },
  async ([, program, args]) => {
    const { grownBytes, verbose } = await run<FloodResult>(program, args);
    expect(grownBytes).toBeLessThan(32 * MB);
    expect(verbose).toBe(0);
  },
);

const STREAMS: readonly (readonly [kind: string, isHungUp: boolean])[] = [
  ["line", true],
  ["lines", true],
  ["names", true],
  ["parts of comments", true],
  ["bundles", true],
  ["comments", false],
];

test.for(STREAMS)(
  "a gigabyte of events from a server of bundles, in %s: memory is bounded",
  { timeout: 120_000 },
  async ([kind, isHungUp]) => {
    const { sentBytes, peakBytes, problems } = await run<StreamResult>("endless-stream.ts", [kind]);
    expect(peakBytes).toBeLessThan(256 * MB);
    expect([sentBytes < 100 * MB, problems.length > 0]).toEqual([isHungUp, isHungUp]);
  },
);
