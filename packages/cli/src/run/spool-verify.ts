import { type DamagedPlace, inspectSpool, verifyLog } from "@scrim/gateway";
import type { CommandInput, CommandStreams } from "../command.ts";
import { counted } from "../counted.ts";
import { chosenSpools } from "../spool/chosen-spools.ts";

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
  let damaged = 0;
  for (const log of chosenSpools(input).flatMap(inspectSpool)) {
    const places = verifyLog(log);
    const { name, folder, segments, damaged_cursors } = log;
    damaged += places.length + damaged_cursors.length;
    if (input.options.json === true) {
      stdout.write(
        `${JSON.stringify({ name, folder, segments: segments.length, places, damaged_cursors })}\n`,
      );
      continue;
    }
    for (const place of places) stdout.write(`${folder}: ${placeText(place)}\n`);
    for (const cursor of damaged_cursors) stdout.write(`${folder}: cursor ${cursor}: can't be read\n`);
    const records = segments.reduce((sum, segment) => sum + segment.records, 0);
    const found = places.length + damaged_cursors.length;
    stdout.write(
      `${folder}: ${counted(segments.length, "segment")}, ${counted(records, "record")}: ${found === 0 ? "all intact" : `${counted(found, "place")} damaged`}\n`,
    );
  }
  return damaged === 0 ? 0 : 1;
}

function placeText({ segment, offset, end, what }: DamagedPlace): string {
  return end === undefined
    ? `segment ${segment}: neither head can be read`
    : `segment ${segment}, bytes ${offset} to ${end}: ${what}`;
}
