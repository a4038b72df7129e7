import { gzipSync, zstdCompressSync } from "node:zlib";
import { logBatch } from "../batches.ts";

export type Encoding = "none" | "gzip" | "zstd";
export type Protocol = "http" | "grpc";

export const ENCODINGS: readonly Encoding[] = ["none", "gzip", "zstd"];
export const PROTOCOLS: readonly Protocol[] = ["http", "grpc"];

/** What the SDKs send at once unless told otherwise. */
export const RECORDS_PER_REQUEST = 512;

/** Of records, how many hold something to redact. */
const SENSITIVE_SHARE = 0.01;

/** Requests that are all different: a gateway that remembers texts must not see the same one each time. */
const DIFFERENT = 16;

/** A request as it is sent, made before the clock runs. */
export interface LoadRequest {
  /** With its compression, and with the prefix of a message for gRPC. */
  readonly body: Buffer;
  readonly records: number;
  /** Before compression. */
  readonly bytes: number;
}

export function loadRequests(
  protocol: Protocol,
  encoding: Encoding,
  records = RECORDS_PER_REQUEST,
): LoadRequest[] {
  return Array.from({ length: DIFFERENT }, (_, seed) => {
    const bytes = logBatch(SENSITIVE_SHARE, records, seed + 1);
    return { body: onTheWire(protocol, encoding, bytes), records, bytes: bytes.length };
  });
}

export function onTheWire(protocol: Protocol, encoding: Encoding, bytes: Buffer): Buffer {
  const packed = compress(encoding, bytes);
  return protocol === "http" ? packed : grpcMessage(packed, encoding !== "none");
}

function compress(encoding: Encoding, bytes: Buffer): Buffer {
  switch (encoding) {
    case "none":
      return bytes;
    case "gzip":
      return gzipSync(bytes);
    case "zstd":
      return zstdCompressSync(bytes);
  }
}

const GRPC_PREFIX_BYTES = 5;

function grpcMessage(bytes: Buffer, isCompressed: boolean): Buffer {
  const prefix = Buffer.alloc(GRPC_PREFIX_BYTES);
  prefix[0] = isCompressed ? 1 : 0;
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}
