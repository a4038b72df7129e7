import zlib from "node:zlib";
import type { Random } from "../random.ts";
import { mutateBytes } from "./bytes.ts";
import { cut, type Mutator } from "./mutator.ts";

/** What is decompressed to be changed; more of it would only take time. */
const PLAIN_BYTES_MAX = 64 * 1024;

const CODECS = [
  {
    magic: 0x1f,
    decode: (bytes: Buffer) => zlib.gunzipSync(bytes, { maxOutputLength: PLAIN_BYTES_MAX }),
    encode: (plain: Buffer, random: Random) =>
      zlib.gzipSync(plain, {
        level: random.below(10),
        memLevel: 1 + random.below(6),
        windowBits: 9 + random.below(7),
      }),
  },
  {
    magic: 0x28,
    decode: (bytes: Buffer) => zlib.zstdDecompressSync(bytes, { maxOutputLength: PLAIN_BYTES_MAX }),
    encode: (plain: Buffer, random: Random) =>
      zlib.zstdCompressSync(plain, {
        params: {
          [zlib.constants.ZSTD_c_compressionLevel]: random.pick([-5, 1, 3]),
          [zlib.constants.ZSTD_c_checksumFlag]: random.below(2),
          [zlib.constants.ZSTD_c_windowLog]: 10 + random.below(6),
        },
      }),
  },
  {
    magic: 0x78,
    decode: (bytes: Buffer) => zlib.inflateSync(bytes, { maxOutputLength: PLAIN_BYTES_MAX }),
    encode: (plain: Buffer, random: Random) => zlib.deflateSync(plain, { level: random.below(10) }),
  },
];

/** gzip members with every optional part, zstd frames that can be skipped, frames that claim much. */
const PIECES = [
  "1f8b080000000000020303000000000000000000", // an empty member
  "1f8b081c00000000000303000158006e00630003000000000000000000",
  "1f8b08e0000000000003",
  "28b52ffd0458010000", // an empty frame
  "502a4d1804000000deadbeef", // a frame to skip
  "502a4d18ffffffff",
  "28b52ffd00f8010000", // a window that is too large
  "28b52ffd0098010000",
  "28b52ffda0ffffffff010000", // four gigabytes of content, so it says
  "37a430ec00000000", // a dictionary
  "789c030000000001",
  "78bb00000000", // a preset dictionary
].map((hex) => Buffer.from(hex, "hex"));

const SIZES = [0, 1, 1_000, 65_535, 65_536, 65_537, 200_000];

/** Changes what is inside, or how it is packed. */
export const mutateCompressed: Mutator = (bytes, random, donor) => {
  const codec = CODECS.find(({ magic }) => magic === bytes[0]) ?? random.pick(CODECS);
  const pack = (plain: Buffer) => cut(codec.encode(plain, random));
  switch (random.below(8)) {
    case 0:
    case 1:
      return pack(mutateBytes(plainOf(codec, bytes), random, donor));
    case 2: // one inside the other
      return pack(bytes);
    case 3:
      return cut(Buffer.concat([bytes, random.oneIn(2) ? donor : pack(plainOf(codec, bytes))]));
    case 4:
      return pack(Buffer.alloc(random.pick(SIZES), random.below(256)));
    case 5:
      return cut(
        Buffer.concat(random.oneIn(2) ? [bytes, random.pick(PIECES)] : [random.pick(PIECES), bytes]),
      );
    case 6: {
      const head = Buffer.from(bytes);
      const at = random.below(Math.min(head.length, 18));
      if (head.length > 0) head[at] = random.uint32();
      return head;
    }
    default:
      return Buffer.from(bytes.subarray(0, random.below(bytes.length + 1)));
  }
};

function plainOf(codec: (typeof CODECS)[number], bytes: Buffer): Buffer {
  try {
    return codec.decode(bytes);
  } catch {
    return bytes;
  }
}
