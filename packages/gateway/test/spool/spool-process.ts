/**
 * A process that appends to a spool as fast as it can, or that empties one. Prints a line for each batch that is acknowledged or taken, so that
 * who kills it knows what it was told: `node spool-process.ts append DIRECTORY FIRST COUNT`, `node spool-process.ts take DIRECTORY`.
 */
import { writeSync } from "node:fs";
import { MetricRegistry } from "@scrim/pipeline";
import { openSpool } from "../../src/spool/open-spool.ts";
import { SpoolConfig } from "../../src/spool/spool-config.ts";
import { numbered } from "./model-spool.ts";

const STDOUT = 1;
const [mode, directory = "", first = "1", count = "1000000"] = process.argv.slice(2);
const log = { info: () => undefined, warn: () => undefined };
const config = SpoolConfig.parse({ min_free_space: 0, segment_size: "1MiB", max_size: "1GiB" });
const options = { directory, exporters: ["a"], metrics: new MetricRegistry(), log };
/** Written at once: a pipe that Node writes to later would lose what was said before a kill. One that is full is waited for. */
function say(line: string): void {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(STDOUT, rest));
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

const spool = await openSpool(config, options);
say("ready");

if (mode === "append") {
  let next = Number(first);
  const end = next + Number(count);
  const lane = async () => {
    while (next < end) {
      const number = next++;
      // Most are small, some larger than what is written ahead.
      const batch = numbered(number, number % 40 === 0 ? 300_000 : 200 + (number % 7) * 900);
      try {
        await spool.append(batch, ["a"]);
        say(`kept ${number}`);
      } catch (error) {
        say(`refused ${number} ${(error as { code?: string }).code}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
} else {
  const outlet = spool.outlet("a");
  let last = 0;
  for (let queued = await outlet.take(); queued !== undefined; queued = await outlet.take()) {
    const number = queued.batch.bytes.readUInt32LE();
    const isOwn = queued.batch.bytes.equals(numbered(number, queued.batch.bytes.length).bytes);
    say(isOwn && queued.sequence > last ? `took ${number}` : `wrong ${number}`);
    last = queued.sequence;
    outlet.settle(queued);
  }
}
await spool.shutdown();
