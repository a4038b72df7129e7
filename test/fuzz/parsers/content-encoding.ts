import zlib from "node:zlib";
import { type Compression, decompress } from "../../../packages/gateway/src/codec/content-encoding.ts";
import { GrowingBuffer } from "../../../packages/gateway/src/codec/growing-buffer.ts";
import { PROTOBUF_INPUTS } from "../example-inputs.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateCompressed } from "../mutate/compressed.ts";
import { must, type Parser, scale } from "../parser.ts";

const LIMIT_BYTES = 64 * 1024;

const CODECS = {
  gzip: { encode: zlib.gzipSync, decode: zlib.gunzipSync },
  zstd: { encode: zlib.zstdCompressSync, decode: zlib.zstdDecompressSync },
  deflate: { encode: zlib.deflateSync, decode: zlib.inflateSync },
} as const;

/** Compressed bodies: never over the limit, nothing behind the end, and the content that others read. */
export const contentEncoding: Parser = {
  name: "content-encoding",
  covers: "`decompress` into a `GrowingBuffer`: gzip, zstd, deflate",
  goal: 1_000_000,
  short: 5_000,
  seeds: Object.entries(CODECS).flatMap(([variant, { encode }]) =>
    [...PROTOBUF_INPUTS.map(({ bytes }) => bytes), Buffer.alloc(0), Buffer.alloc(LIMIT_BYTES)].map(
      (plain) => ({
        variant,
        bytes: encode(plain),
      }),
    ),
  ),
  mutators: [mutateCompressed, mutateCompressed, mutateBytes],
  quotesNothing: true,
  open: () => ({
    async run({ variant, bytes }) {
      const compression = variant as Compression;
      let reserved = 0;
      const reserve = { take: (count: number) => void (reserved += count) };
      const content = await decompress(compression, bytes, new GrowingBuffer(LIMIT_BYTES, 0, reserve));
      must(content.length <= LIMIT_BYTES && reserved <= LIMIT_BYTES, "no more than the limit is taken");
      must(content.equals(expected(compression, bytes)), "the content is what others read");
      return String(scale(content.length));
    },
  }),
};

function expected(compression: Compression, bytes: Buffer): Buffer {
  return CODECS[compression].decode(bytes, { maxOutputLength: LIMIT_BYTES + 1 });
}
