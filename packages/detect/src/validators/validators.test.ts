import fc from "fast-check";
import { expect, test } from "vitest";
import { isBech32 } from "./bech32.ts";
import { isIssuedCard } from "./card-issuer.ts";
import { isEthAddress } from "./eth-address.ts";
import { isFiller } from "./filler.ts";
import { isIban, mod97 } from "./iban.ts";
import { isPrivateAddress, parseIpv4, parseIpv6 } from "./ip-address.ts";
import { isMod11And2, isMod11And10 } from "./iso-7064.ts";
import { keccak256 } from "./keccak.ts";
import { luhn } from "./luhn.ts";
import { isDigest, isIdentifier, isNameLike, isPlainUrl, isRelease, isSentence } from "./name-like.ts";
import { isInternationalNumber, isNanpNumber } from "./phone-number.ts";
import { isPlaceholder } from "./placeholder.ts";
import { isPasswordLike, isSecretLike } from "./secret-like.ts";
import { isAssignableSsn } from "./us-ssn.ts";
import { verhoeff } from "./verhoeff.ts";
import { isVin } from "./vin.ts";

type Table = readonly [check: (text: string) => unknown, yes: readonly string[], no: readonly string[]];

const TABLES: Readonly<Record<string, Table>> = {
  luhn: [luhn, ["0", "79927398713", "4111111111111111"], ["", "1", "79927398710", "4111111111111112"]],
  isIssuedCard: [
    isIssuedCard,
    [
      "4111111111111111",
      "5105105105105100",
      "2221000000000009",
      "2720999999999996",
      "340000000000009",
      "6011000000000004",
    ],
    [
      "4111111111111",
      "5600000000000003",
      "2220000000000000",
      "2721000000000004",
      "3400000000000009",
      "1000000000000008",
      "",
    ],
  ],
  isIban: [
    isIban,
    ["DE89370400440532013000", "NO9386011117947", "MT84MALT011000012345MTLCAST001S", "BE68539007547034"],
    ["DE89370400440532013001", "DE8937040044053201300", "XX89370400440532013000", "", "DE"],
  ],
  isAssignableSsn: [
    isAssignableSsn,
    ["536904399", "001010001", "899990001"],
    ["000123456", "666123456", "900123456", "123004567", "123450000", "12345678", "1234567890"],
  ],
  isNanpNumber: [
    isNanpNumber,
    ["2125550123", "9895550123"],
    ["1125550123", "2121550123", "2115550123", "2129110123", "212555012"],
  ],
  isInternationalNumber: [
    isInternationalNumber,
    ["14155550132", "442079460958", "493012345", "35312345678", "79161234567", "6834123"],
    ["1415555013", "11155550132", "999123456789", "49", "4420794609581234", "7916123456", "210123456"],
  ],
  isPlaceholder: [
    isPlaceholder,
    [
      "",
      "null",
      "TRUE",
      "********",
      "xxxx-xxxx",
      "[REDACTED]",
      "redacted:email",
      "<hidden by policy>",
      "<token>",
      "$TOKEN",
      `\${a.b}`,
      "{{ x }}",
      "%s",
      "process.env.X",
      "get()",
      "input(",
      "$BASE_URL/reset",
      ":password",
      "@api_key",
      "required|string",
      "vault:secret/data/db",
      "!secret",
    ],
    [
      "hunter2",
      "hidden-valley-99",
      "[REDACTED]hunter2",
      "abc***def",
      "redacted1",
      "p@ss",
      "$ecret",
      `\${e]nob`,
      "(abc",
      "Pass(word1",
      "password",
      "a%b",
      "%a1b2c3",
      "$Abc/reset",
      ":hunter",
      "@Passw0rd",
      "!Secret1",
      "a(b",
      "hunter|none",
    ],
  ],
  isFiller: [
    (text) => isFiller(text, 16),
    [
      "your_api_key_1234",
      "INSERT_TOKEN_1",
      "token-here",
      "AKIAIOSFODNN7EXAMPLE",
      "abcdefghijklmnop",
      "1234567890123456",
      "a1b2c3d4-e5f6-g7h8",
    ],
    [
      "",
      "1234567890abcdef",
      "wJalrXUtnFEMIbPxRfiCYEXAMPLEKEY",
      "a1b2c3d4e5f6",
      "abcdefghijkl",
      "changeme1234",
      "9fJ2kLx8QwZ4tYv7",
    ],
  ],
  isNameLike: [
    isNameLike,
    [
      "/run/secrets/db",
      "../tls/Server2024.pem",
      "users/passwords#edit",
      "#new-password",
      ".token_field",
      "form.password",
      "this.state.accessToken",
      "random_password.db.result",
      "com.example.accessToken2",
    ],
    [
      "",
      "/9fJ2kLx8/QwZ4tYv7",
      "/hunter2",
      "#gets0m3",
      "john.doe",
      "password",
      "a/b",
      "#hunter",
      "form.9pass",
    ],
  ],
  isIdentifier: [
    isIdentifier,
    [
      "app-tls-cert-2024",
      "shop-api-7d9f8b6c",
      "csrf_token_field_2",
      "rate-limit-100rps",
      "kdc1.example.com",
      "2026-08-22T10:15:30.123456Z",
      "0x7ffeefbff5c8",
      "ERR_TOKEN_EXPIRED_401",
      "Oauth2ClientProvider",
    ],
    ["", "shop-prod-x7k2m9q4", "b7gq-3xt9-mvz2", "secret2", "K7PQ_2XV9", "hunter2Hun", "9fJ2kLx8QwZ4tYv7"],
  ],
  isRelease: [
    isRelease,
    ["jjwt-jackson-0.11.2", "server_v1.2", "Spring.Core-5.3.9.1"],
    ["", "summer-2024", "0.11.2", "jjwt-0.11.2-x9k", "9fJ2-1.2"],
  ],
  isSentence: [
    isSentence,
    ["can't be blank", "must be at least 8 characters", "Confirm your password", "Mot de passe"],
    ["", "password", "correct horse battery", "my password 123", "island life", "open sesame"],
  ],
  isDigest: [isDigest, ["sha256:9f86d081", "sha512-v2kDEe57"], ["", "sha256~9f86d081", "sha", "9f86d081"]],
  isPlainUrl: [
    isPlainUrl,
    [
      "https://auth.example.com/oauth2/v1/token",
      "https://a.example?x=1",
      "registry.example.com/shop/vault:v1.2",
    ],
    ["", "https://a.example/9fJ2kLx8QwZ4tYv7", "https://a:b@c.example", "://a", "a.example", "9fJ2k/Lx8Q"],
  ],
  isSecretLike: [
    isSecretLike,
    [
      "9fJ2kLx8QwZ4tYv7",
      "5d41402abc4b2a76b9719d91",
      "0c9c1f2e-1234-4abc-9def-1234567890ab",
      "524546371283680361972514",
    ],
    [
      "",
      "short1",
      "onlyletters",
      "1234567890",
      "a1a1a1a1a1",
      "with blank 1 and 2",
      "x=1&y={2}abcdef",
      "your_api_key_1234",
      "1.2.3.4-a.b-c.d",
    ],
  ],
  isPasswordLike: [
    isPasswordLike,
    ["tr0ub4dor&3", "m{{h}o)p$x#y"],
    ["", "p@ss", "Token{a64f992", "a.b[index]", "plainword1", "three word pass!"],
  ],
  isPrivateAddress: [
    isPrivateAddress,
    [
      "10.0.0.1",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "127.0.0.1",
      "169.254.1.1",
      "100.64.0.1",
      "0.0.0.0",
      "::1",
      "::",
      "fe80::1%eth0",
      "fd00::1",
      "::ffff:10.0.0.1",
    ],
    [
      "8.8.8.8",
      "172.32.0.1",
      "192.0.2.1",
      "203.0.113.7",
      "100.128.0.1",
      "2001:db8::1",
      "::ffff:8.8.8.8",
      "::2",
      "10.0.0",
      "no address",
      "",
    ],
  ],
};

for (const [name, [check, yes, no]] of Object.entries(TABLES)) {
  test.each(yes.map((text) => [text]))(`${name} accepts "%s"`, (text) => expect(check(text)).toBe(true));
  test.each(no.map((text) => [text]))(`${name} refuses "%s"`, (text) => expect(check(text)).toBe(false));
}

test("any digits: exactly one check digit satisfies Luhn", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 20 }), (digits) => {
      expect(Array.from("0123456789").filter((check) => luhn(digits + check))).toHaveLength(1);
    }),
  );
});

test("any number: mod97 agrees with arithmetic on big integers", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (n) => {
      expect(mod97(String(n))).toBe(Number(n % 97n));
    }),
  );
});

const IPV6: readonly [text: string, groups: readonly number[]][] = [
  ["::", [0, 0, 0, 0, 0, 0, 0, 0]],
  ["2001:db8::7", [0x2001, 0xdb8, 0, 0, 0, 0, 0, 7]],
  ["1:2:3:4:5:6:7:8", [1, 2, 3, 4, 5, 6, 7, 8]],
  ["1::8", [1, 0, 0, 0, 0, 0, 0, 8]],
  ["::ffff:192.0.2.1", [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x201]],
];

test.each(IPV6)("parseIpv6 reads %s", (text, groups) => expect(parseIpv6(text)).toEqual(groups));

test.each([
  "",
  ":",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1::2::3",
  "1:2:3:4:5:6:7::8",
  "g::1",
  "12345::",
  "::1.2.3",
  "1.2.3.4",
])("parseIpv6 refuses %s", (text) => expect(parseIpv6(text)).toBeUndefined());

test("any four bytes: written with dots, parseIpv4 reads them back", () => {
  const byte = fc.nat(255);
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
      expect(parseIpv4(bytes.join("."))).toEqual(bytes);
    }),
  );
});

test.each(["1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.-4", "1.2.3.", "a.b.c.d"])(
  "parseIpv4 refuses %s",
  (text) => expect(parseIpv4(text)).toBeUndefined(),
);

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test.each([
  ["", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"],
  ["abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"],
])("keccak256 of %j", (text, digest) => {
  expect(hexOf(keccak256(Buffer.from(text)))).toBe(digest);
});

const CHECKS: readonly [
  name: string,
  check: (text: string) => boolean,
  yes: readonly string[],
  no: readonly string[],
][] = [
  ["isMod11And10", isMod11And10, ["33392005961", "36574261809"], ["33392005962"]],
  ["isMod11And2", isMod11And2, ["11010519491231002X"], ["110105194912310021"]],
  ["verhoeff", verhoeff, ["2363", "399876543211"], ["2364", ""]],
  [
    "isBech32",
    isBech32,
    ["bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"],
    ["bc1", "1qqqq", "bc1b"],
  ],
  ["isVin", isVin, ["1HGCM82633A004352"], ["1HGCM82643A004352"]],
  [
    "isEthAddress",
    isEthAddress,
    ["5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "fb6916095ca1df60bb79ce92ce3ea74c37c5d359"],
    ["5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"],
  ],
];

for (const [name, check, yes, no] of CHECKS) {
  test.each(yes.map((text) => [text]))(`${name} accepts "%s"`, (text) => expect(check(text)).toBe(true));
  test.each(no.map((text) => [text]))(`${name} refuses "%s"`, (text) => expect(check(text)).toBe(false));
}

const digitsArbitrary = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 3, maxLength: 20 });

test.each([["verhoeff", verhoeff] as const, ["isMod11And10", isMod11And10] as const])(
  "any digits: exactly one check digit satisfies %s, and no single wrong digit does",
  (_name, check) => {
    fc.assert(
      fc.property(digitsArbitrary, fc.nat(), fc.integer({ min: 1, max: 9 }), (digits, at, change) => {
        const valid = Array.from("0123456789", (last) => digits + last).filter(check);
        expect(valid).toHaveLength(1);
        const index = at % digits.length;
        const wrong = (Number(digits[index]) + change) % 10;
        expect(check(valid[0]!.slice(0, index) + wrong + valid[0]!.slice(index + 1))).toBe(false);
      }),
    );
  },
);
