import { once } from "node:events";
import { OperatingError } from "@scrim/errors";

/** A line longer than this is refused: memory is bounded whatever comes in. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * The lines of a stream without their newline, as bytes. The last one may lack a newline.
 *
 * @throws {OperatingError} `TOO_LARGE` for a line over 64 MiB
 */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const tail = chunk.subarray(start, end);
      yield parts.length === 0 ? tail : Buffer.concat([...parts, tail]);
      parts = [];
      length = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    length += chunk.length - start;
    if (length > LINE_BYTES_MAX) throw tooLarge("a line", LINE_BYTES_MAX);
    parts.push(Buffer.from(chunk.subarray(start)));
  }
  if (length > 0) yield Buffer.concat(parts);
}

/** @throws {OperatingError} `TOO_LARGE` where the stream has more bytes than `max` */
export async function allBytes(stream: AsyncIterable<Buffer>, max: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > max) throw tooLarge("the input", max);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** Writes and waits where the reader is slower than we are. */
export async function write(stream: NodeJS.WritableStream, data: Buffer | string): Promise<void> {
  if (!stream.write(data)) await once(stream, "drain");
}

function tooLarge(what: string, max: number): OperatingError {
  return new OperatingError("TOO_LARGE", `${what} is longer than ${max} bytes`, { hint: "split it" });
}
