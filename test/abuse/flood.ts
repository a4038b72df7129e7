/**
 * Floods something with what callers choose, in a process of its own that runs with `--expose-gc`. Prints what that did to its memory, once
 * nothing is left but what is still referred to, as JSON.
 */
import type { LogRecordExporter } from "@opentelemetry/sdk-logs";
import { GrantSet } from "@scrim/grants";
import { AUDIENCE, grant, NOW, token } from "./enrolment.ts";
import { instrumented } from "./sdk-service.ts";
import { usedBytes } from "./used-bytes.ts";

export interface FloodResult {
  /** Bytes of the heap and of buffers, more than before. */
  readonly grownBytes: number;
  /** Records that left, all of them below INFO. */
  readonly verbose: number;
}

const DEBUG = 5;
const hasFlightRecorder = process.argv.includes("--flight-recorder");
const traces = Number(process.argv[2]);
/** Characters that a caller adds to each header. */
const padding = Number(process.argv[3]);

let verbose = 0;
const exporter: LogRecordExporter = {
  export(records, done) {
    verbose += records.length;
    done({ code: 0 });
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};

const clock = { wallMs: () => NOW * 1000, monotonicMs: () => performance.now() };
const grants = new GrantSet(clock);
grants.replace({ audience: AUDIENCE, version: 1, issuedAt: NOW, expiresAt: NOW + 600, grants: [grant()] });
const options = { grants, trustsIncoming: true, hasFlightRecorder, logged: [DEBUG] };
const service = instrumented(options, exporter);

/** In one piece, as a parser of HTTP makes them. */
const header = (text: string): string => Buffer.from(text, "latin1").toString("latin1");

const good = token();
const padded = padding > 0 ? { version: "cc", rest: `-${"x".repeat(padding)}` } : { version: "00", rest: "" };
const state = padding > 0 ? `,a=${"b".repeat(200)},${"c".repeat(padding)}` : "";

async function flood(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) {
    if (n % 1_000 === 0) await new Promise(setImmediate); // as between requests
    const traceId = n.toString(16).padStart(32, "0");
    service.handle({
      traceparent: header(`${padded.version}-${traceId}-b7ad6b7169203331-01${padded.rest}`),
      tracestate: header(`scrim=${good}${state}`),
      "user-agent": header(`agent ${n} ${"y".repeat(padding)}`.padEnd(40, ".")),
    });
  }
}

await flood(1, 1_000);
const before = await usedBytes();
await flood(1_000, 1_000 + traces);
const grownBytes = (await usedBytes()) - before;
console.log(JSON.stringify({ grownBytes, verbose } satisfies FloodResult));
process.exit();
