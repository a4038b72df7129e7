import { OperatingError } from "@scrim/errors";
import { GrowingBuffer } from "../../codec/growing-buffer.ts";

/** A flag and a length before every message: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
const PREFIX_BYTES = 5;

const IS_COMPRESSED = 1;

/** A message as it came. */
export interface FramedMessage {
  readonly bytes: Buffer;
  readonly isCompressed: boolean;
}

/** The prefix of a message that is sent. */
export function framePrefix(bytes: Uint8Array, isCompressed: boolean): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix[0] = isCompressed ? IS_COMPRESSED : 0;
  prefix.writeUInt32BE(bytes.length, 1);
  return prefix;
}

/** Takes the one message of a unary answer out of its pieces. Takes no memory for what is announced to be too large. */
export class MessageReader {
  readonly #bytesMax: number;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixLength = 0;
  /** Bytes of the message that are still to come. */
  #missing = 0;
  #message: GrowingBuffer | undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** @throws {OperatingError} `TOO_LARGE` as soon as the prefix says so; `WIRE_MALFORMED` for what is no single message */
  append(piece: Uint8Array): void {
    const rest = this.#appendPrefix(piece);
    if (rest.length === 0) return;
    if (rest.length > this.#missing) throw malformed("more than one message");
    this.#missing -= rest.length;
    this.#message!.append(rest);
  }

  /** The message, once all pieces came; undefined if there is none, or not all of it. */
  take(): FramedMessage | undefined {
    if (this.#message === undefined || this.#missing > 0) return undefined;
    return { bytes: this.#message.take(), isCompressed: this.#prefix[0] === IS_COMPRESSED };
  }

  #appendPrefix(piece: Uint8Array): Uint8Array {
    const length = Math.min(PREFIX_BYTES - this.#prefixLength, piece.length);
    this.#prefix.set(piece.subarray(0, length), this.#prefixLength);
    this.#prefixLength += length;
    if (this.#message === undefined && this.#prefixLength === PREFIX_BYTES) this.#begin();
    return piece.subarray(length);
  }

  #begin(): void {
    if (this.#prefix[0]! > IS_COMPRESSED) throw malformed("an unknown flag");
    this.#missing = this.#prefix.readUInt32BE(1);
    if (this.#missing > this.#bytesMax)
      throw new OperatingError("TOO_LARGE", `over the limit of ${this.#bytesMax} bytes`);
    this.#message = new GrowingBuffer(this.#bytesMax, this.#missing);
  }
}

function malformed(what: string): OperatingError {
  return new OperatingError("WIRE_MALFORMED", `not a gRPC answer: ${what}`);
}
