import type { Input } from "./parser.ts";

/** Each try runs the parser once, slow ones several times. */
const TRIES_MAX = 1_500;

/** A smaller input for which `stillFails` holds: parts are left out, halves first and single bytes last. */
export async function minimise(
  input: Input,
  stillFails: (input: Input) => Promise<boolean>,
  triesMax = TRIES_MAX,
): Promise<Input> {
  let best = input.bytes;
  let tries = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && tries < triesMax; tries++) {
      const without = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (await stillFails({ ...input, bytes: without })) best = without;
      else at += size;
    }
  }
  return { ...input, bytes: best };
}
