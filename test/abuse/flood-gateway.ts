/**
 * Floods a gateway with records of traces that nobody approved, each with a token, in a process of its own that runs with `--expose-gc`. Prints
 * what that did to its memory, as JSON.
 */
import { encodeRequest } from "@scrim/wire";
import { makeFolder, startCapturing } from "./capturing-gateway.ts";
import { enrol, NOW, token } from "./enrolment.ts";
import type { FloodResult } from "./flood.ts";
import { DEBUG, logs, text } from "./record-cases.ts";
import { GRANTS } from "./token-cases.ts";
import { usedBytes } from "./used-bytes.ts";

const RECORDS = 1_000;
const traces = Number(process.argv[2]);

Date.now = () => NOW * 1000;
const enrolment = enrol();
const folder = makeFolder(enrolment);
folder.put(enrolment.sign(GRANTS));
const gateway = await startCapturing(folder, {
  file: "bundle",
  hold: "10m",
  hold_bytes_max: "4MiB",
  hold_records_max: 5_000,
});

const PLACE = Buffer.alloc(16, 0xab);
const record = { ...DEBUG, traceId: PLACE.toString("hex"), attributes: [text("scrim.token", token())] };
const batch = encodeRequest("logs", logs(Array(RECORDS).fill(record)));
const places: number[] = [];
for (let at = batch.indexOf(PLACE); at >= 0; at = batch.indexOf(PLACE, at + PLACE.length)) places.push(at);

/** Sends all the traces from one number to another. */
async function flood(from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += RECORDS) {
    for (const [n, place] of places.entries()) batch.writeUInt32BE(first + n, place);
    const status = await gateway.post("/v1/logs", batch, "application/x-protobuf");
    if (status !== 200) throw new Error(`status ${status}`);
  }
}

await flood(0, 20 * RECORDS);
const before = await usedBytes();
await flood(20 * RECORDS, 20 * RECORDS + traces);
const grownBytes = (await usedBytes()) - before;
console.log(JSON.stringify({ grownBytes, verbose: gateway.verbose().length } satisfies FloodResult));
folder.remove();
process.exit();
