import type { Random } from "../random.ts";
import { type Mutator, repeated, spliced } from "./mutator.ts";

const TELLING = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x20, 0x22, 0x5c, 0x7b, 0x24];

/** For any format: what faulty memory, networks and disks do to bytes. */
export const mutateBytes: Mutator = (bytes, random, donor) => {
  const at = random.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random.below(random.oneIn(4) ? bytes.length + 1 : 8));
  switch (random.below(8)) {
    case 0:
      return changedByte(bytes, at, (byte) => byte ^ (1 << random.below(8)));
    case 1:
      return changedByte(bytes, at, () => random.pick(TELLING));
    case 2:
      return spliced(bytes, at, end, EMPTY);
    case 3:
      return spliced(bytes, at, at, random.bytes(1 + random.below(8)));
    case 4:
      return spliced(bytes, at, at, repeated(bytes.subarray(at, end), random));
    case 5:
      return Buffer.from(bytes.subarray(0, at));
    case 6:
      return spliced(bytes, at, end, part(donor, random));
    default:
      return changedByte(bytes, at, (byte) => byte + random.pick([1, -1]));
  }
};

function changedByte(bytes: Buffer, at: number, change: (byte: number) => number): Buffer {
  const changed = Buffer.from(bytes);
  if (at < changed.length) changed[at] = change(changed[at]!);
  return changed;
}

function part(bytes: Buffer, random: Random): Buffer {
  const start = random.below(bytes.length + 1);
  return bytes.subarray(start, start + random.below(bytes.length - start + 1));
}

const EMPTY = Buffer.alloc(0);
