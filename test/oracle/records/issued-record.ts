import type { Attributes } from "@opentelemetry/api";
import { CANARIES } from "../../leak/canaries.ts";

/** What tells records apart, on their way in and out. Every policy of the oracle keeps it. */
export const NUMBER_KEY = "oracle.number";
export const PLAIN_KEY = "note.plain";

/** Detector types whose canaries are all different, however many there are. */
const TYPES = [
  "email",
  "credit_card",
  "iban",
  "phone",
  "jwt",
  "url_credentials",
  "password",
  "bearer",
] as const;

/** Attributes whose key alone says that the value is somebody's. */
const CLASSIFIED_KEYS = ["user.full_name", "user.email", "enduser.id", "db.user.password"] as const;

/** One record as it is issued: harmless text that has to survive, and secrets that must not. */
export interface IssuedRecord {
  readonly number: number;
  readonly plain: string;
  readonly sentence: string;
  readonly attributes: Attributes;
  readonly secrets: readonly string[];
}

/** The record of a number: always the same one. `padding` makes it larger by as many characters. */
export function issuedRecord(number: number, padding = 0): IssuedRecord {
  const pick = (offset: number) => CANARIES[TYPES[(number + offset) % TYPES.length]!]!(number);
  const [inText, inAttribute, inKeyed] = [pick(0), pick(3), pick(5)];
  const classified = `canary-${number}-somebody`;
  const plain = `step ${number} went as planned`;
  return {
    number,
    plain,
    sentence: `it ${inText.text} and went on`,
    attributes: {
      [NUMBER_KEY]: number,
      [PLAIN_KEY]: plain,
      "note.text": inAttribute.text,
      "note.list": [`first ${inKeyed.text}`, "second"],
      [CLASSIFIED_KEYS[number % CLASSIFIED_KEYS.length]!]: classified,
      "http.request.method": "POST",
      "order.attempts": number % 7,
      ...(padding > 0 && { "note.long": "lorem ipsum ".repeat(Math.ceil(padding / 12)) }),
    },
    secrets: [inText.secret, inAttribute.secret, inKeyed.secret, classified],
  };
}

/** Shapes of the secrets above, to find them by in whatever the gateway wrote. Numbers of records are small: sums of seconds look like other cards. */
const SECRET_SHAPES =
  /canary[\w.@:-]*|45390000\d{8}|DE\d{2}37040044\d{10}|\+49 30 \d{7}|eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\.[\w-]+\.[\w-]+/gi;

/** The secrets of issued records that stand in a text, at most ten. */
export function findSecrets(text: string): string[] {
  const found = new Set<string>();
  for (const [match] of text.matchAll(SECRET_SHAPES)) {
    found.add(match.slice(0, 60));
    if (found.size === 10) break;
  }
  return [...found];
}
