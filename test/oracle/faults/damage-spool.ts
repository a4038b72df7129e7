import { globSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Damage } from "../plan.ts";

/**
 * Damages the newest segment of a spool at rest, somewhere in what it holds.
 *
 * @returns whether there was anything to damage
 */
export function damageSpool(spool: string, { kind, at }: Damage): boolean {
  const newest = globSync("*/segments/*.segment", { cwd: spool }).toSorted().at(-1);
  if (newest === undefined) return false; // all was delivered
  const path = join(spool, newest);
  const bytes = readFileSync(path);
  const held = bytes.findLastIndex((byte) => byte !== 0) + 1; // zeros are written ahead
  if (held === 0) return false;
  const place = Math.floor(at * held);
  if (kind === "torn_tail") truncateSync(path, place);
  else writeFileSync(path, bytes.fill(bytes[place]! ^ (1 << (place % 8)), place, place + 1));
  return true;
}
