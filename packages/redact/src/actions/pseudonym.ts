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

/** Names are ids of detectors, which are no longer, or classes. */
const TOKEN = `[a-z][a-z0-9_]{0,63}:v[0-9]{1,4}:[${LETTERS}]{${BODY_LETTERS + CHECK_LETTERS}}`;
const TOKENS = new RegExp(TOKEN, "g");
const WHOLE_TOKEN = new RegExp(`^${TOKEN}$`);
const TOKEN_BYTES_MAX = 64 + ":v9999:".length + BODY_LETTERS + CHECK_LETTERS;

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

  /** Whether the whole value is a token that a holder of the key wrote. */
  isToken(value: Buffer): boolean {
    if (value.length > TOKEN_BYTES_MAX) return false;
    const text = value.toString("latin1");
    return WHOLE_TOKEN.test(text) && this.#verifies(text);
  }

  /** Where tokens that a holder of the key wrote stand in a text, as offsets into it. */
  find(text: string): readonly (readonly [start: number, end: number])[] {
    if (!text.includes(":v")) return [];
    const found: (readonly [number, number])[] = [];
    for (const { index, 0: token } of text.matchAll(TOKENS)) {
      if (this.#verifies(token)) found.push([index, index + token.length]);
    }
    return found;
  }

  /** Constant time in the check's letters. */
  #verifies(token: string): boolean {
    const check = this.#check(token.slice(0, -CHECK_LETTERS));
    return timingSafeEqual(Buffer.from(check), Buffer.from(token.slice(-CHECK_LETTERS)));
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
