/**
 * Values that must never leave, all different, so that a survivor names the field it was planted in. Made from
 * the definition of each type: check digits are right, vendors' prefixes real, everything else counted up.
 */
export interface Canary {
  /** The detector type that must find it. */
  readonly type: string;
  /** What is planted, inside a sentence. */
  readonly text: string;
  /** The part that must not survive. */
  readonly secret: string;
}

const pad = (n: number, digits: number) => String(n).padStart(digits, "0");

function luhnDigit(digits: string): string {
  let sum = 0;
  for (const [index, digit] of [...digits].toReversed().entries()) {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

export function card(n: number): string {
  const digits = `4539${pad(n, 11)}`;
  return digits + luhnDigit(digits);
}

function iban(n: number): string {
  const account = `37040044${pad(n, 10)}`;
  const check = 98n - (BigInt(`${account}131400`) % 97n);
  return `DE${pad(Number(check), 2)}${account}`;
}

const base64url = (text: string) => Buffer.from(text).toString("base64url");
const letters = (n: number, length: number) =>
  Array.from({ length }, (_, i) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(n * 7 + i * i * 3 + i * n) % 32]).join(
    "",
  );

type Maker = (n: number) => Canary;
const whole = (type: string, secret: string): Canary => ({ type, secret, text: `seen ${secret} here` });

export const CANARIES: Readonly<Record<string, Maker>> = {
  email: (n) => whole("email", `canary${n}@leak.example`),
  credit_card: (n) => whole("credit_card", card(n)),
  iban: (n) => whole("iban", iban(n)),
  us_ssn: (n) =>
    whole("us_ssn", `${pad(100 + (n % 500), 3)}-${pad(1 + (n % 98), 2)}-${pad(1000 + (n % 8999), 4)}`),
  phone: (n) => whole("phone", `+49 30 ${pad(1234567 + n, 7)}`),
  ipv4: (n) => whole("ip_address", `198.51.${n % 256}.${1 + (n % 254)}`),
  ipv6: (n) => whole("ip_address", `2001:db8:${(n % 65535).toString(16)}:7::${(1 + (n % 999)).toString(16)}`),
  mac_address: (n) => {
    const pairs = [0x3c, 0x07, 0x54, n >> 8, n & 255, 0xb1].map((pair) => pair.toString(16).padStart(2, "0"));
    return whole("mac_address", pairs.join(":"));
  },
  jwt: (n) =>
    whole(
      "jwt",
      `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(`{"sub":"canary-${n}"}`)}.${base64url(`signature-of-canary-${n}`)}`,
    ),
  private_key: (n) => {
    const secret = `MIIEvQIBADANBgkqhkiG9w0BAQ${letters(n, 38)}`;
    return {
      type: "private_key",
      secret,
      text: `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`,
    };
  },
  url_credentials: (n) => {
    const secret = `canary-user${n}:canary-pass${n}`;
    return {
      type: "url_credentials",
      secret,
      text: `connect to postgres://${secret}@db.internal/shop failed`,
    };
  },
  password: (n) => ({
    type: "password",
    secret: `Canary-${n}-xkcd`,
    text: `login password=Canary-${n}-xkcd failed`,
  }),
  bearer: (n) => ({
    type: "generic_secret",
    secret: `canaryTok${n}abcDEF123456`,
    text: `Authorization: Bearer canaryTok${n}abcDEF123456`,
  }),
  aws: (n) => whole("api_key:aws", `AKIA${letters(n, 16)}`),
  stripe: (n) => whole("api_key:stripe", `sk_live_${letters(n, 24)}`),
  slack: (n) => whole("api_key:slack", `xoxb-${pad(n, 12)}-${pad(n * 7, 12)}-${letters(n, 24)}`),
  google: (n) => whole("api_key:google", `AIzaSy${letters(n, 33)}`),
  github: (n) => whole("api_key:github", `github_pat_${letters(n, 22)}_${letters(n + 1, 59)}`),
};
