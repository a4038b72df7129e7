import fc from "fast-check";
import { CANARIES } from "../leak/canaries.ts";

const KEYS = [
  "user.email",
  "password",
  "note",
  "client.address",
  "url.full",
  "url.query",
  "http.request.header.authorization",
  "http.request.header",
  "db.query.text",
  "headers",
  "http.request.header.cookie",
  "http.response.header.set-cookie",
  "http.request.body.content",
  "process.command_line",
  "gen_ai.input.messages",
  "order.id",
  "geo.location.lat",
  "jane@shop.example",
  "[REDACTED:email]",
  "service.name",
  "user",
  "",
];

const canary = fc
  .tuple(fc.constantFrom(...Object.values(CANARIES)), fc.nat(300))
  .chain(([make, n]) => fc.constantFrom(make(n).text, make(n).secret));

/** What hides text from who reads it byte for byte. */
const TRICKS: readonly ((text: string) => string)[] = [
  (text) => text.replace(/[!-~]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0)),
  (text) => text.replaceAll(/(?<=[a-z0-9])(?=[a-z0-9])/g, "\u200b"),
  (text) => text.replace(/[0-9]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0x630)),
  (text) => text.replaceAll(" ", "\u00a0").replaceAll("a", "\u0430"),
  (text) => text.replace(/[^a-z]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
  (text) => encodeURIComponent(text).replaceAll(".", "%2e"),
  (text) => text.replace(/[^A-Za-z]/g, (c) => `&#${c.charCodeAt(0)};`),
  (text) => text.replaceAll("@", "&commat;").replaceAll(".", "&period;"),
  (text) => Buffer.from(text).toString("base64"),
  (text) => Buffer.from(text).toString("base64url"),
];

const VALUES = [
  "203.0.113.7",
  "10.0.0.1, 203.0.113.9",
  "2001:db8:1:2::3",
  "jane@shop.example",
  "2026-11-21T10:00:00Z",
  "1234567890123456",
  "[REDACTED:email]",
  "[WITHHELD:depth]",
  "[REDACTED:",
  "password=[REDACTED:password] and more",
  "REDACTED",
  "j***@shop.example",
  "****1111",
  "https://bob:hunter2@shop.example/a%40b/?email=jane%40x.example&token=abc&X-Amz-Signature=ff&q=1#frag=2",
  "/cart?user.email=jane@x.example",
  '{"a":1}{"password":"x"}',
  '{"password":"trunc',
  '["4111111111111111", 4111111111111111, {"user":{"email":"x"}}]',
  '{"m":"a \\"quoted\\" jane@shop.example \\u0041"}',
  '{"nested":"{\\"password\\":\\"deep\\"}"}',
  "SELECT [a 5] FROM \"t\" WHERE b = 'jane@shop.example' -- for jane@shop.example",
  String.raw`INSERT INTO t VALUES ('it\'s', "x", $1, 'C:\', ' x') /* password=hunter2 */`,
  "theme=dark; connect.sid=s%3Aab; Path=/, a=jane%40shop.example; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
  "POST /pay?token=abc HTTP/1.1\r\nHost: shop.example\r\nCookie: a=b;\r\n c=d\r\n\r\na=1&password=x",
  "app --password 'open sesame' -u jane:x --mail=jane@shop.example -phunter2 -p 80",
  "-----BEGIN PRIVATE KEY-----\nMIIE",
  "password: hunter2; token=abcDEF123456ghiJKL",
];

const json = fc
  .letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, 12, 4111111111111111, 52.5),
      tie("text"),
      tie("object"),
      tie("list"),
    ),
    text: fc.oneof(canary, fc.constantFrom(...VALUES), fc.string({ maxLength: 12 })),
    object: fc.dictionary(fc.constantFrom(...KEYS), tie("value"), { maxKeys: 4 }),
    list: fc.array(tie("value"), { maxLength: 4 }),
  }))
  .object.map((value) => JSON.stringify(value));

const tricky = fc
  .tuple(fc.constantFrom(...TRICKS), fc.oneof(canary, fc.constantFrom(...KEYS, ...VALUES)))
  .map(([trick, text]) => trick(text.toWellFormed()));

/** Texts as telemetry has them, and as attackers would: keys and values are drawn from the same. */
export const arbitraryText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...KEYS) },
  { weight: 3, arbitrary: canary },
  { weight: 3, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 2, arbitrary: json },
  { weight: 1, arbitrary: json.chain((text) => fc.nat(text.length).map((cut) => text.slice(0, cut))) },
  { weight: 1, arbitrary: fc.tuple(canary, fc.constantFrom(...VALUES)).map((parts) => parts.join(" ")) },
  { weight: 3, arbitrary: tricky },
  { weight: 2, arbitrary: fc.tuple(tricky, fc.oneof(tricky, canary)).map((parts) => parts.join(" ")) },
  {
    weight: 1,
    arbitrary: tricky.chain((text) => fc.nat(text.length).map((cut) => text.slice(0, cut).toWellFormed())),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
);
