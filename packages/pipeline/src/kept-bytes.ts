/** Bytes that are less of the memory that they lie in are copied before they are kept. */
const SHARE_MIN = 0.5;

/**
 * Bytes as they can be kept, and counted by their length. Small buffers are cut out of larger ones, of 64 KiB in Node, and
 * what came out of a decompressor has room for more: a few bytes that wait would hold on to all of it.
 */
export function keptBytes(bytes: Buffer): Buffer {
  if (bytes.length >= SHARE_MIN * bytes.buffer.byteLength) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.length); // others come out of that larger one, too
  bytes.copy(copy);
  return copy;
}
