import type { KeyedGrant } from "@scrim/grants";
import { grant, NOW, OTHER_TRACE_ID, type TokenChanges, token } from "./enrolment.ts";
import type { TestTime } from "./test-time.ts";

/* Tokens that show for nothing: each comes with a request or a record below the floor, on the attacked trace unless said otherwise. */

const DEBUG = grant();
const INFO_ONLY = grant({ id: "a1a1a1a1a1a1a1a1", level: "info" }, 1);
const NOT_BEGUN = grant({ id: "a2a2a2a2a2a2a2a2", not_before: NOW + 600 }, 2);
const EXPIRED = grant({ id: "a3a3a3a3a3a3a3a3", expires_at: NOW - 1 }, 3);

/** What is in force when the tokens come. */
export const GRANTS: readonly KeyedGrant[] = [DEBUG, INFO_ONLY, NOT_BEGUN, EXPIRED];

export interface TokenCase {
  /** Of what the attacker has: the bundle as it went over the wire. */
  readonly token: (captured: Buffer) => string;
  readonly traceId?: string;
  /** What happens before it comes. `revoke` puts a bundle without grants in force. */
  readonly before?: (time: TestTime, revoke: () => void) => void;
}

const made = (changes: TokenChanges): TokenCase => ({ token: () => token(changes) });
const text = (make: (good: string) => string): TokenCase => ({ token: () => make(token()) });

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The character at a place is another. */
const flip = (at: number) => (good: string) => {
  const other = BASE64URL[(BASE64URL.indexOf(good[at]!) + 1) % 64];
  return `${good.slice(0, at)}${other}${good.slice(at + 1)}`;
};

/** One whose text has a character that the other alphabet of base64 writes differently. */
function tokenWith(character: string): string {
  for (let expiresAt = NOW + 1; ; expiresAt++) {
    const good = token({ expiresAt });
    if (good.includes(character)) return good;
  }
}

/** Minted with 32 bytes of what a bundle shows to anyone. */
function minted(keyIn: (bundle: { readonly enc: Buffer; readonly sealed: Buffer }) => Buffer): TokenCase {
  return {
    token(captured) {
      const document: Enveloped = JSON.parse(captured.subarray(captured.indexOf("\n") + 1).toString());
      const { enc, sealed } = document.grants[0]!.keys[0]!;
      const bytes = { enc: Buffer.from(enc, "base64url"), sealed: Buffer.from(sealed, "base64url") };
      return token({ key: keyIn(bytes) });
    },
  };
}

interface Enveloped {
  readonly grants: readonly { readonly keys: readonly { readonly enc: string; readonly sealed: string }[] }[];
}

export const TOKENS: readonly (readonly [name: string, row: TokenCase])[] = [
  ["forged, of zeros", text(() => "A".repeat(40))],
  ["forged, with another tag", text(flip(39))],
  ["forged, with another expiry", text(flip(15))],
  ["forged, with another severity", text(flip(18))],
  ["forged, in the name of another grant in force", made({ grantId: INFO_ONLY.grant.id })],
  [
    "minted with the key as it is sealed in a captured bundle",
    minted(({ sealed }) => sealed.subarray(0, 32)),
  ],
  ["minted with the public key of a captured bundle", minted(({ enc }) => enc)],
  ["minted with the end of a sealed key", minted(({ sealed }) => sealed.subarray(-32))],
  ["minted with a key of zeros", made({ key: Buffer.alloc(32) })],
  ["minted with no key", made({ key: Buffer.alloc(0) })],
  ["empty", text(() => "")],
  ["truncated by one", text((good) => good.slice(0, 39))],
  ["truncated to its claims", text((good) => good.slice(0, 19))],
  ["longer by one", text((good) => `${good}A`)],
  ["of 257 characters", text((good) => good.padEnd(257, "A"))],
  ["of 8,000 characters", text((good) => good.padEnd(8_000, "A"))],
  ["twice in a row", text((good) => good + good)],
  ["in base64 with +", text(() => tokenWith("-").replaceAll("-", "+"))],
  ["in base64 with /", text(() => tokenWith("_").replaceAll("_", "/"))],
  ["in capitals", text((good) => good.toUpperCase())],
  ["with padding", text((good) => `${good.slice(0, 39)}=`)],
  ["percent-encoded", text((good) => `%${good.charCodeAt(0).toString(16)}${good.slice(1)}`)],
  ["in hexadecimal digits", text((good) => Buffer.from(good, "base64url").toString("hex"))],
  ["re-bound to another trace", { token: () => token(), traceId: OTHER_TRACE_ID }],
  ["expired", made({ expiresAt: NOW })],
  ["from 1970", made({ expiresAt: 0 })],
  ["from the future: it says to live longer than any may", made({ expiresAt: NOW + 121 })],
  ["that never expires", made({ expiresAt: 0xffffffff })],
  ["of version 0", made({ version: 0 })],
  ["of a version to come", made({ version: 2 })],
  ["of severity 0", made({ severity: 0 })],
  ["of a severity that there isn't", made({ severity: 25 })],
  ["of severity 255", made({ severity: 255 })],
  ["for what is less verbose", made({ severity: 9 })],
  ["that is more verbose than its grant", made({ by: INFO_ONLY, severity: 1 })],
  ["of another service's grant", made({ by: grant({ id: "ffffffffffffffff" }) })],
  ["of another service, whose grant has the same id and another key", made({ by: grant({}, 8) })],
  ["of a grant that is not in force yet", made({ by: NOT_BEGUN })],
  ["of a grant that has expired", made({ by: EXPIRED })],
  ["replayed after its expiry", { token: () => token(), before: (time) => time.advance(61) }],
  ["replayed after its grant was revoked", { token: () => token(), before: (_, revoke) => revoke() }],
  [
    "replayed once the bundle is stale",
    {
      token: () => token(),
      before: (time) => {
        time.advance(61);
        time.setClock(-61); // the token says that it holds
      },
    },
  ],
];
