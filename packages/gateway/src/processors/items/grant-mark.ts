import { KEY, LEN, STRING_VALUE, VALUE } from "@scrim/wire";

/** What marks a record or span as captured under a grant: an attribute with the grant's id. */
const GRANT_ID = "scrim.grant.id";

const GRANT_ID_DIGITS = 16;

/** `scrim.grant.id` as an attribute, whose `KeyValue` stands in the field given; `grant` is 16 hexadecimal digits. */
export function grantMark(attributes: number, grant: string): Buffer {
  const value = lengthDelimited(STRING_VALUE, Buffer.from(grant, "latin1"));
  const keyValue = [lengthDelimited(KEY, Buffer.from(GRANT_ID)), lengthDelimited(VALUE, value)];
  return lengthDelimited(attributes, Buffer.concat(keyValue));
}

/** The whole of such an attribute's payload but for the id. */
const MARK_START = grantMark(1, "0".repeat(GRANT_ID_DIGITS)).subarray(2, -GRANT_ID_DIGITS);

/** Whether the `KeyValue` in `bytes[start, end)` is a mark, as {@link grantMark} writes it. */
export function isGrantMark(bytes: Buffer, start: number, end: number): boolean {
  return (
    end - start === MARK_START.length + GRANT_ID_DIGITS &&
    bytes.compare(MARK_START, 0, MARK_START.length, start, start + MARK_START.length) === 0
  );
}

/** A field of fewer than 128 bytes. */
function lengthDelimited(field: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.of((field << 3) | LEN, payload.length), payload]);
}
