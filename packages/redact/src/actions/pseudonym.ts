import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { PseudonymKey } from "@scrim/policy";

/**
 * Letters of a token: no digits, no vowels, so that neither a detector nor a person reads anything into it.
 * Sixteen, so that each says four bits.
 */
const LETTERS = "bcdfghjklmnpqrst";
/** 128 bits of the value's HMAC. */
const BODY_LETTERS = 32;
/** 24 bits that only holders of the key can write. */
const CHECK_LETTERS = 6;

const TOKEN = new RegExp(
  `[a-z][a-z0-9_]{0,40}:v[0-9]{1,4}:[${LETTERS}]{${BODY_LETTERS + CHECK_LETTERS}}`,
  "g",
);

/**
 * Writes and verifies pseudonyms: `email:v3:…`, equal for equal values under one key, so that records can
 * still be joined. HMAC-SHA-256 under a key derived for each class and version by HKDF (RFC 5869). Whoever
 * holds the key can enumerate small domains such as phone numbers.
 */
export class Pseudonyms {
  readonly #key: PseudonymKey;
  readonly #classKeys = new Map<string, Buffer>();
  readonly #checkKey: Buffer;

  constructor(key: PseudonymKey) {
    this.#key = key;
    this.#checkKey = derive(key.secret, "scrim/pseudonym/check");
  }

  /** @param name what the token says it stands for: a detector's id or a class */
  token(value: Uint8Array, name: string, sensitivityClass: string): string {
    let classKey = this.#classKeys.get(sensitivityClass);
    if (classKey === undefined) {
      classKey = derive(this.#key.secret, `scrim/pseudonym/${this.#key.version}/${sensitivityClass}`);
      this.#classKeys.set(sensitivityClass, classKey);
    }
    const body = letters(createHmac("sha256", classKey).update(value).digest(), BODY_LETTERS);
    const token = `${name}:v${this.#key.version}:${body}`;
    return token + this.#check(token);
  }

  /** Whether the whole value is a token that a holder of the key wrote. Constant time in the check's letters. */
  verifies(value: string): boolean {
    const token = value.slice(0, -CHECK_LETTERS);
    if (value.length > 96 || new RegExp(`^${TOKEN.source}$`).exec(value) === null) return false;
    return timingSafeEqual(Buffer.from(this.#check(token)), Buffer.from(value.slice(-CHECK_LETTERS)));
  }

  /** Where verified tokens stand in a text, as offsets into it. */
  find(text: string): readonly (readonly [start: number, end: number])[] {
    if (!text.includes(":v")) return [];
    const found: (readonly [number, number])[] = [];
    for (const match of text.matchAll(TOKEN)) {
      if (this.verifies(match[0])) found.push([match.index, match.index + match[0].length]);
    }
    return found;
  }

  #check(token: string): string {
    return letters(createHmac("sha256", this.#checkKey).update(token).digest(), CHECK_LETTERS);
  }
}

function derive(secret: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", info, 32));
}

function letters(bytes: Buffer, count: number): string {
  let text = "";
  for (let index = 0; text.length < count; index++) {
    text += LETTERS[bytes[index]! >>> 4]! + LETTERS[bytes[index]! & 15]!;
  }
  return text;
}
