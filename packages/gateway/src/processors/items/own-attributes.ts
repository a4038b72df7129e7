import { type EditList, FieldWalker, KEY, LEN, STRING_VALUE, VALUE } from "@scrim/wire";
import { PLAIN_KEY_OFFSET, plainKeyLength } from "./plain-key-value.ts";

/**
 * Attributes named `scrim.*` say what Scrim found, so senders may not set them unless they are trusted: what others wrote is taken
 * out, whatever its value, and so is one named `scrim`, which backends that flatten maps would read as such. Tokens are
 * taken out of everything: they are for gateways alone.
 */
const NAMESPACE = Buffer.from("scrim");
const DOT = 0x2e;

const TOKEN = Buffer.from("scrim.token");

/** Tells our own attributes from others, on the bytes of a `KeyValue`. */
export class OwnAttributes {
  readonly #walker = new FieldWalker();
  readonly #value = new FieldWalker();

  /** Whether who wrote them may. */
  isSenderTrusted = false;

  /**
   * Whether the `KeyValue` in `bytes[start, end)` is one of ours that its sender may not set, by any of its keys; a key may come
   * twice, and decoders differ on it.
   */
  isOwn(bytes: Buffer, start: number, end: number): boolean {
    const plain = plainKeyLength(bytes, start, end);
    const key = start + PLAIN_KEY_OFFSET;
    if (plain >= 0) return this.#isOwnKey(bytes, key, key + plain);
    const walker = this.#walker;
    walker.enter(bytes, start, end);
    let isOwn = false;
    while (walker.next()) {
      if (walker.field === KEY && walker.wire === LEN)
        isOwn ||= this.#isOwnKey(bytes, walker.start, walker.end);
    }
    return isOwn;
  }

  #isOwnKey(bytes: Buffer, start: number, end: number): boolean {
    return this.isSenderTrusted ? TOKEN.equals(bytes.subarray(start, end)) : isOwnKey(bytes, start, end);
  }

  /** The token, if that is what the `KeyValue` holds: at most `lengthMax` bytes of string. */
  tokenOf(bytes: Buffer, start: number, end: number, lengthMax: number): string | undefined {
    const walker = this.#walker;
    const value = this.#value;
    let isToken = false;
    let token: string | undefined;
    walker.enter(bytes, start, end);
    while (walker.next()) {
      if (walker.wire !== LEN) continue;
      if (walker.field === KEY) isToken = bytes.subarray(walker.start, walker.end).equals(TOKEN);
      if (walker.field !== VALUE) continue;
      value.enter(bytes, walker.start, walker.end);
      while (value.next()) {
        const isText = value.field === STRING_VALUE && value.wire === LEN;
        if (isText && value.end - value.start <= lengthMax)
          token = bytes.toString("latin1", value.start, value.end);
      }
    }
    return isToken ? token : undefined;
  }
}

/** Takes our attributes out of resources and scopes, whose attributes stand in the field given. */
export function stripSurrounding(
  edits: EditList,
  own: OwnAttributes = new OwnAttributes(),
): (bytes: Buffer, start: number, end: number, attributes: number) => void {
  const walker = new FieldWalker();
  return (bytes, start, end, attributes) => {
    walker.enter(bytes, start, end);
    while (walker.next()) {
      const isAttribute = walker.field === attributes && walker.wire === LEN;
      if (isAttribute && own.isOwn(bytes, walker.start, walker.end)) edits.drop(walker.tag, walker.end);
    }
  };
}

function isOwnKey(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < NAMESPACE.length) return false;
  for (let at = 0; at < NAMESPACE.length; at++) if (bytes[start + at] !== NAMESPACE[at]) return false;
  return end - start === NAMESPACE.length || bytes[start + NAMESPACE.length] === DOT;
}
