import { isAscii } from "node:buffer";

/** A text that expressions are looked for in: what an engine makes of it is made once for all of them. */
export class Subject {
  readonly bytes: Buffer;
  #latin1: string | undefined;
  #isAscii: boolean | undefined;

  /** @param bytes don't change as long as the subject is used */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** One character a byte, so that an index into the string is a byte offset. */
  get latin1(): string {
    return (this.#latin1 ??= this.bytes.toString("latin1"));
  }

  get isAscii(): boolean {
    return (this.#isAscii ??= isAscii(this.bytes));
  }
}
