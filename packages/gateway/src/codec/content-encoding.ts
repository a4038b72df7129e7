import { promisify } from "node:util";
import zlib, { createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { OperatingError } from "@scrim/errors";
import type { GrowingBuffer } from "./growing-buffer.ts";

/**
 * A zstd frame says how much of its past it needs. 8 MiB is what every level up to 19 stays within; the decoder's own
 * limit of 128 MiB would let a few bytes cost that much memory.
 */
const ZSTD_WINDOW_LOG_MAX = 23;

const DECODERS = {
  gzip: () => createGunzip(),
  zstd: () => createZstdDecompress({ params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX } }),
  /** As HTTP means it: zlib's format. */
  deflate: () => createInflate(),
};

export type Compression = keyof typeof DECODERS;

/** What is accepted in `Content-Encoding`. */
const COMPRESSIONS = Object.keys(DECODERS) as readonly Compression[];

/**
 * What a `Content-Encoding` header says; undefined if it is none that is known. Several encodings at once are not
 * known: a decoder that undoes only the last would pass on what nobody has looked into.
 */
export function parseContentEncoding(header: string | undefined): Compression | "identity" | undefined {
  const name = header?.trim().toLowerCase() ?? "";
  if (name === "" || name === "identity") return "identity";
  return COMPRESSIONS.find((compression) => compression === name);
}

/**
 * Decompresses `bytes` into `target` and returns its content. Stops at the target's limit, whatever the ratio.
 *
 * @throws {OperatingError} `ENCODING_MALFORMED`, and what the target throws
 */
export function decompress(
  compression: Compression,
  bytes: Uint8Array,
  target: GrowingBuffer,
): Promise<Buffer> {
  const decoder = DECODERS[compression]();
  return new Promise((resolve, reject) => {
    decoder.on("data", (piece: Buffer) => {
      try {
        target.append(piece);
      } catch (error) {
        reject(error);
        decoder.destroy();
      }
    });
    // What follows the end of a stream is not part of any content, so nobody would look into it.
    decoder.on("end", () =>
      decoder.bytesWritten === bytes.length ? resolve(target.take()) : reject(malformed(compression)),
    );
    decoder.on("error", () => reject(malformed(compression)));
    decoder.end(bytes);
  });
}

function malformed(compression: Compression): OperatingError {
  return new OperatingError("ENCODING_MALFORMED", `the body is not ${compression}, or not all of it`);
}

const gzip = promisify(zlib.gzip);
const zstdCompress = promisify(zlib.zstdCompress);

/** Compresses a request's body for its destination. */
export async function compress(compression: "gzip" | "zstd" | "none", bytes: Buffer): Promise<Buffer> {
  switch (compression) {
    case "gzip":
      return await gzip(bytes);
    case "zstd":
      return await zstdCompress(bytes);
    case "none":
      return bytes;
  }
}
