import { createHmac, createPrivateKey, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { AuthenticationConfig } from "@scrim/authentication";
import * as fc from "fast-check";
import {
  CompactEncrypt,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { certificateOf } from "../../../authentication/testing/certificates.ts";
import { answerJson, type Issuer, startIssuer } from "../../../authentication/testing/issuer.ts";
import { parseDirectory } from "../directory/open-directory.ts";
import type { Credentials } from "./authenticate.ts";
import { createAuthenticate } from "./create-authenticate.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z") / 1_000;
const AUDIENCE = "https://scrim.acme.example";

let issuer: Issuer;
let other: Issuer;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"], now: NOW * 1_000 });
  [issuer, other] = await Promise.all([startIssuer("ES256"), startIssuer("ES256")]);
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all([issuer.close(), other.close()]);
});

function authenticateWith(settings: Record<string, unknown> = {}) {
  const directory = parseDirectory(`
tenants: [default, other]
people:
  - { id: alice, identities: ["oidc:${issuer.url}|00u1", "oidc:${issuer.url}|alice@acme.example"], roles: [engineer] }
  - { id: bob, identities: ["oidc:${other.url}|00u1"] }
  - { id: carol, tenant: other, identities: ["oidc:${issuer.url}|00u3"] }
machines:
  - { id: helper-bot, identities: ["oidc:${issuer.url}|bot"], owners: [bob], acts_for: [bob], roles: [engineer, viewer] }
`);
  const config = AuthenticationConfig.parse({
    oidc: [
      { issuer: issuer.url, audience: AUDIENCE, ...settings },
      { issuer: other.url, audience: AUDIENCE },
    ],
  });
  const authenticate = createAuthenticate(config, directory, { told: () => {} });
  return (token: string, rest: Partial<Credentials> = {}) =>
    authenticate({ authorization: `Bearer ${token}`, certificate: undefined, actingFor: undefined, ...rest });
}

const claims = (changes: JWTPayload = {}): JWTPayload => ({
  iss: issuer.url,
  aud: AUDIENCE,
  sub: "00u1",
  iat: NOW - 10,
  exp: NOW + 600,
  ...changes,
});

/** Without a claim. */
function lacking(name: string): JWTPayload {
  const { [name]: _, ...rest } = claims();
  return rest;
}

const encode = (text: string | object) =>
  Buffer.from(typeof text === "string" ? text : JSON.stringify(text)).toString("base64url");

describe("a token that is believed", () => {
  test("says who sends it, and until when", async () => {
    const principal = await authenticateWith()(await issuer.sign(claims(), { typ: "at+jwt" }));
    expect([principal?.id, principal?.roles, principal?.sessionEndsAt]).toEqual([
      "alice",
      ["engineer"],
      NOW + 600,
    ]);
  });

  test("is looked at by the issuer that it names, whose subjects are its own", async () => {
    const authenticate = authenticateWith();
    expect((await authenticate(await other.sign(claims({ iss: other.url }))))?.id).toBe("bob");
    expect(other.asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
    expect(issuer.asked).toEqual([]);
  });

  test("may have several audiences, one of them ours", async () => {
    const token = await issuer.sign(claims({ aud: ["https://x.example", AUDIENCE] }));
    expect((await authenticateWith()(token))?.id).toBe("alice");
  });

  test("holds for the tolerance of clocks after its end, and not a second longer", async () => {
    const authenticate = authenticateWith({ clock_tolerance: "5s" });
    expect((await authenticate(await issuer.sign(claims({ exp: NOW - 4 }))))?.sessionEndsAt).toBe(NOW - 4);
    expect(await authenticate(await issuer.sign(claims({ exp: NOW - 5 })))).toBeUndefined();
  });

  test("ends where it is too old, if it lasts longer", async () => {
    const authenticate = authenticateWith({ max_age: "5m" });
    const token = await issuer.sign(claims({ iat: NOW - 100 }));
    expect((await authenticate(token))?.sessionEndsAt).toBe(NOW - 100 + 300);
    expect(await authenticate(await issuer.sign(claims({ iat: NOW - 306 })))).toBeUndefined();
    expect(await authenticate(await issuer.sign(lacking("iat")))).toBeUndefined();
  });

  test("may name its subject by another claim, an address only where it is verified", async () => {
    const authenticate = authenticateWith({ subject_claim: "email" });
    const named = { sub: "x", email: "alice@acme.example" };
    expect((await authenticate(await issuer.sign(claims({ ...named, email_verified: true }))))?.id).toBe(
      "alice",
    );
    for (const email_verified of [undefined, false, "true"])
      expect(await authenticate(await issuer.sign(claims({ ...named, email_verified })))).toBeUndefined();
  });

  test("lets a machine act for its subject, whom the directory need not say (RFC 8693)", async () => {
    const token = await issuer.sign(claims({ act: { sub: "bot" } }));
    const principal = await authenticateWith()(token);
    expect([principal?.kind, principal?.id, principal?.actingFor]).toEqual([
      "machine",
      "helper-bot",
      "alice",
    ]);
    expect([principal?.people, principal?.roles]).toEqual([["alice", "bob"], ["engineer"]]);
    expect((await authenticateWith()(token, { actingFor: "alice" }))?.id).toBe("helper-bot");
    expect(await authenticateWith()(token, { actingFor: "bob" })).toBeUndefined();
  });

  test("that is bound to a certificate is believed of who has that one alone (RFC 8705)", async () => {
    const certificate = certificateOf("cn");
    const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(":", ""), "hex").toString(
      "base64url",
    );
    const token = await issuer.sign(claims({ cnf: { "x5t#S256": thumbprint } }));
    const authenticate = authenticateWith();
    expect((await authenticate(token, { certificate }))?.id).toBe("alice");
    expect(await authenticate(token, { certificate: certificateOf("dns") })).toBeUndefined();
    expect(await authenticate(token)).toBeUndefined();
  });

  test.each(["RS256", "PS256", "ES256", "EdDSA"])("may be signed with %s", async (algorithm) => {
    await issuer.close();
    issuer = await startIssuer(algorithm);
    expect((await authenticateWith()(await issuer.sign(claims())))?.id).toBe("alice");
  });
});

test("a key that fits several algorithms is taken for those that are configured alone", async () => {
  await issuer.close();
  issuer = await startIssuer("RS256");
  const { alg: _, ...key } = (await issuer.publicJwk()) as { alg: string };
  issuer.answers.set(
    "/keys",
    answerJson(async () => ({ keys: [key] })),
  );
  const { n, e, d, p, q, dp, dq, qi } = (await issuer.privateJwk()) as JWK;
  const privateKey = await importJWK({ kty: "RSA", n, e, d, p, q, dp, dq, qi } as JWK, "PS256");
  const token = await new SignJWT(claims())
    .setProtectedHeader({ alg: "PS256", kid: "first" })
    .sign(privateKey);
  expect((await authenticateWith({ algorithms: ["PS256"] })(token))?.id).toBe("alice");
  expect(await authenticateWith({ algorithms: ["RS256"] })(token)).toBeUndefined();
});

const REFUSED: readonly [name: string, make: () => Promise<string>][] = [
  ["one that has ended", () => issuer.sign(claims({ exp: NOW - 60 }))],
  ["one that begins later", () => issuer.sign(claims({ nbf: NOW + 60 }))],
  ["one for another audience", () => issuer.sign(claims({ aud: "https://other.acme.example" }))],
  ["one for an audience that ours begins with", () => issuer.sign(claims({ aud: "https://scrim.acme" }))],
  ["one for no audience", () => issuer.sign(lacking("aud"))],
  ["one for a list of no audience", () => issuer.sign(claims({ aud: [] }))],
  ["one of an issuer that isn't configured", () => issuer.sign(claims({ iss: "https://evil.example" }))],
  ["one of the issuer with a slash more", () => issuer.sign(claims({ iss: `${issuer.url}/` }))],
  ["one of no issuer", () => issuer.sign(lacking("iss"))],
  ["one signed by another issuer", () => other.sign(claims())],
  ["one without an end", () => issuer.sign(lacking("exp"))],
  ["one whose end is a text", () => signed({ ...claims(), exp: String(NOW + 600) })],
  ["one whose end is null", () => signed({ ...claims(), exp: null })],
  [
    "one that never ends, by a number too large",
    () => signedText(JSON.stringify(claims()).replace(/"exp":\d+/, '"exp":1e999')),
  ],
  ["one whose end is before 1970", () => signed({ ...claims(), exp: -1 })],
  ["one whose beginning is a text", () => signed({ ...claims(), nbf: "0" })],
  ["one without a subject", () => issuer.sign(lacking("sub"))],
  ["one of an empty subject", () => issuer.sign(claims({ sub: "" }))],
  ["one whose subject is a list", () => signed({ ...claims(), sub: ["00u1"] })],
  ["one of a subject that nobody is", () => issuer.sign(claims({ sub: "00u9" }))],
  [
    "one of a subject that would be another issuer's",
    () => issuer.sign(claims({ sub: `|${other.url}|00u1` })),
  ],
  ["one with two subjects", () => signedText(`${JSON.stringify(claims()).slice(0, -1)},"sub":"00u1"}`)],
  [
    "one with two ends, one of them escaped",
    () => signedText(`${JSON.stringify(claims()).slice(0, -1)},"\\u0065xp":${NOW + 9_999}}`),
  ],
  ["one with a byte order mark", () => signedText(`\ufeff${JSON.stringify(claims())}`)],
  ["one that is a list", () => signedText("[]")],
  ["one that is no JSON", () => signedText("{")],
  ["one that is an event", () => issuer.sign(claims({ events: {} }))],
  ["one for logging out", () => issuer.sign(claims(), { typ: "logout+jwt" })],
  ["one of a type that is no text", () => signed(claims(), { typ: 7 })],
  ["one that demands what isn't known", () => signed(claims(), { crit: ["x"], x: 1 })],
  ["one that demands that its payload isn't encoded", () => signed(claims(), { crit: ["b64"], b64: true })],
  ["one that demands nothing", () => signed(claims(), { crit: [] })],
  ["one with no algorithm", async () => `${encode({ alg: "none" })}.${encode(claims())}.`],
  ["one with no algorithm, and a signature", async () => `${encode({ alg: "none" })}.${encode(claims())}.AA`],
  [
    "one with no algorithm in capitals",
    async () => `${encode({ alg: "NONE", kid: "first" })}.${encode(claims())}.AA`,
  ],
  [
    "one of two algorithms",
    () => signedWith(`{"alg":"none","alg":"ES256","kid":"first"}`, JSON.stringify(claims())),
  ],
  ["one of an algorithm that isn't taken", () => signed(claims(), { alg: "ES384" })],
  ["one of an algorithm that is a list", () => signed(claims(), { alg: ["ES256"] })],
  ["HS256 with the public key in PEM", async () => hmac(await exportSPKI(issuer.publicKey()))],
  [
    "HS256 with the public key in PEM and without the last line end",
    async () => hmac((await exportSPKI(issuer.publicKey())).trim()),
  ],
  [
    "HS256 with the public key as it is published",
    async () => hmac(JSON.stringify(await issuer.publicJwk())),
  ],
  [
    "HS256 with the x of the public key",
    async () => hmac(Buffer.from(String((await issuer.publicJwk()).x), "base64url")),
  ],
  ["HS256 with nothing", async () => hmac("")],
  ["a key of its own in jwk", () => byAttacker((jwk) => ({ kid: "first", jwk }))],
  ["a key of its own in jwk, and no name", () => byAttacker((jwk) => ({ jwk }))],
  ["keys of its own by jku", () => byAttacker(() => ({ kid: "first", jku: `${other.url}/keys` }))],
  ["keys of its own by x5u", () => byAttacker(() => ({ kid: "first", x5u: `${other.url}/keys` }))],
  [
    "a certificate of its own in x5c",
    () => byAttacker(() => ({ kid: "first", x5c: [certificateOf("cn").raw.toString("base64")] })),
  ],
  ["a name of a key that is a path", () => byAttacker(() => ({ kid: "../../../../dev/null" }))],
  ["a name of a key that is a query", () => byAttacker(() => ({ kid: "' OR 1=1 --" }))],
  ["a name of a key that is another's URL", () => byAttacker(() => ({ kid: `${other.url}/keys` }))],
  ["a name of a key that is a number", () => signed(claims(), { kid: 7 })],
  ["a key that isn't known", () => issuer.sign(claims(), { kid: "second" })],
  ["one that is cut", async () => (await issuer.sign(claims())).slice(0, -8)],
  ["one without its signature", async () => (await issuer.sign(claims())).replace(/[^.]+$/, "")],
  ["one with another subject under the signature", () => withPayload(claims({ sub: "00u3" }))],
  ["one with a part more", async () => `${await issuer.sign(claims())}.AA`],
  ["one of five parts, encrypted to our key", encrypted],
  ["one in another", nested],
  ["one of over 8 KiB", () => issuer.sign(claims({ groups: "x".repeat(8_192) }))],
  ["the signature of ES256 in DER", () => inDer()],
  ["a signature of zeros", async () => (await issuer.sign(claims())).replace(/[^.]+$/, "A".repeat(86))],
  ["an actor that isn't known", () => issuer.sign(claims({ act: { sub: "mallory" } }))],
  ["an actor that is a person", () => issuer.sign(claims({ act: { sub: "00u1" } }))],
  ["an actor of another issuer", () => issuer.sign(claims({ act: { sub: "bot", iss: other.url } }))],
  [
    "an actor for somebody of another tenant",
    () => issuer.sign(claims({ sub: "00u3", act: { sub: "bot" } })),
  ],
  ["an actor for a machine", () => issuer.sign(claims({ sub: "bot", act: { sub: "bot" } }))],
  ["an actor that is a text", () => signed({ ...claims(), act: "bot" })],
  ["an actor that is null", () => signed({ ...claims(), act: null })],
  ["an actor without a name", () => signed({ ...claims(), act: {} })],
  ["one that is bound to a key", () => issuer.sign(claims({ cnf: { jkt: "x" } }))],
];

test.each(REFUSED)("%s is nobody's", async (_, make) => {
  expect(await authenticateWith()(await make())).toBeUndefined();
  expect(other.asked, "nothing that a token says is fetched").toEqual([]);
});

test("the table's tokens fail for what they are named for: the claims alone are believed", async () => {
  expect((await authenticateWith()(await signed(claims())))?.id).toBe("alice");
  expect((await authenticateWith()(await signedText(JSON.stringify(claims()))))?.id).toBe("alice");
});

describe("keys", () => {
  test("are fetched once, however many tokens come at a time", async () => {
    const authenticate = authenticateWith();
    const token = await issuer.sign(claims());
    const found = await Promise.all(Array.from({ length: 20 }, () => authenticate(token)));
    expect(new Set(found.map((each) => each?.id))).toEqual(new Set(["alice"]));
    expect(issuer.asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
  });

  test("that aren't known are asked for once in 30 seconds, whatever tokens name", async () => {
    const authenticate = authenticateWith({ jwks_uri: `${issuer.url}/keys` });
    expect((await authenticate(await issuer.sign(claims())))?.id).toBe("alice");
    const unknown = await issuer.sign(claims(), { kid: "made-up" });
    for (let times = 0; times < 5; times++) expect(await authenticate(unknown)).toBeUndefined();
    expect(issuer.asked).toEqual(["/keys"]);
    vi.advanceTimersByTime(31_000);
    for (let times = 0; times < 5; times++) expect(await authenticate(unknown)).toBeUndefined();
    expect(issuer.asked).toEqual(["/keys", "/keys"]);
  });

  test("that are new are taken, those that are withdrawn are not, ten minutes later at most", async () => {
    const authenticate = authenticateWith();
    const old = await issuer.sign(claims({ exp: NOW + 9_999 }));
    expect((await authenticate(old))?.id).toBe("alice");
    await issuer.rotate("second");
    vi.advanceTimersByTime(31_000);
    expect((await authenticate(await issuer.sign(claims())))?.id).toBe("alice");
    vi.advanceTimersByTime(600_000);
    expect(await authenticate(old)).toBeUndefined();
  });

  test("that were fetched serve on while their issuer is down, and then nobody is let in", async () => {
    const authenticate = authenticateWith();
    const token = await issuer.sign(claims({ exp: NOW + 9_999 }));
    await authenticate(token);
    await issuer.close();
    vi.advanceTimersByTime(599_000);
    expect((await authenticate(token))?.id).toBe("alice");
    vi.advanceTimersByTime(2_000);
    await expect(authenticate(token)).rejects.toMatchObject({ code: "SOURCE_UNREACHABLE" });
    issuer = await startIssuer();
  });

  test("of an issuer that fails are asked for again after five seconds, not at each request", async () => {
    issuer.answers.set(
      "/keys",
      answerJson(async () => ({}), 500),
    );
    const authenticate = authenticateWith({ jwks_uri: `${issuer.url}/keys` });
    const token = await issuer.sign(claims());
    for (let times = 0; times < 5; times++)
      await expect(authenticate(token)).rejects.toMatchObject({ code: "SOURCE_UNREACHABLE" });
    expect(issuer.asked).toEqual(["/keys"]);
    issuer.answers.set(
      "/keys",
      answerJson(async () => ({ keys: [await issuer.publicJwk()] })),
    );
    vi.advanceTimersByTime(5_001);
    expect((await authenticate(token))?.id).toBe("alice");
  });

  const UNUSABLE: readonly [
    name: string,
    path: string,
    answer: () => Parameters<typeof issuer.answers.set>[1],
  ][] = [
    ["no discovery document", "/.well-known/openid-configuration", () => answerJson(async () => ({}), 404)],
    [
      "that of another issuer",
      "/.well-known/openid-configuration",
      () => answerJson(async () => ({ issuer: other.url, jwks_uri: `${issuer.url}/keys` })),
    ],
    [
      "keys over plain HTTP at an address that isn't this machine's alone",
      "/.well-known/openid-configuration",
      () =>
        answerJson(async () => ({
          issuer: issuer.url,
          jwks_uri: `${issuer.url.replace("127.0.0.1", "0.0.0.0")}/keys`,
        })),
    ],
    [
      "keys in a file",
      "/.well-known/openid-configuration",
      () => answerJson(async () => ({ issuer: issuer.url, jwks_uri: "file:///etc/passwd" })),
    ],
    [
      "a redirect",
      "/keys",
      () => (_request, response) => void response.writeHead(302, { location: `${other.url}/keys` }).end(),
    ],
    ["no JSON", "/keys", () => (_request, response) => void response.end("<html>")],
    ["no set of keys", "/keys", () => answerJson(async () => ({ keys: "none" }))],
    [
      "too much",
      "/keys",
      () => (_request, response) => void response.end(`{"keys":[],"x":"${"x".repeat(300_000)}"}`),
    ],
    [
      "too much, compressed",
      "/keys",
      () => (_request, response) => {
        const bomb = gzipSync(Buffer.alloc(50_000_000, " "));
        response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
      },
    ],
    [
      "half an answer",
      "/keys",
      () => (_request, response) => {
        response.writeHead(200, { "content-length": 1_000 }).write('{"keys":');
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ];

  test.each(UNUSABLE)("of an issuer with %s can't be had: nobody is let in", async (_, path, answer) => {
    issuer.answers.set(path, answer());
    const error = await authenticateWith()(await issuer.sign(claims())).catch((problem: unknown) => problem);
    expect(error).toMatchObject({ code: "SOURCE_UNREACHABLE" });
    expect(other.asked).toEqual([]);
  });

  test("of an issuer that never answers are given up", async () => {
    issuer.answers.set("/keys", () => {});
    const authenticate = authenticateWith({ jwks_uri: `${issuer.url}/keys` });
    await expect(authenticate(await issuer.sign(claims()))).rejects.toMatchObject({
      code: "SOURCE_UNREACHABLE",
    });
  }, 15_000);

  test.each([
    ["a secret", async () => ({ kty: "oct", k: "AAAA", kid: "first", alg: "HS256" })],
    [
      "short",
      async () => {
        const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1_024 });
        return { ...publicKey.export({ format: "jwk" }), kid: "first", alg: "RS256" };
      },
    ],
    ["for encryption", async () => ({ ...(await issuer.publicJwk()), use: "enc" })],
    [
      "of another curve",
      async () => ({ ...(await exportJWK((await generateKeyPair("ES384")).publicKey)), kid: "first" }),
    ],
    ["malformed", async () => ({ ...(await issuer.publicJwk()), x: "AA" })],
  ])("that are %s let nobody in", async (_, key) => {
    issuer.answers.set(
      "/keys",
      answerJson(async () => ({ keys: [await key()] })),
    );
    expect(await authenticateWith()(await issuer.sign(claims()))).toBeUndefined();
  });

  test("of which several could be meant are none", async () => {
    issuer.answers.set(
      "/keys",
      answerJson(async () => ({ keys: [await issuer.publicJwk(), await issuer.publicJwk()] })),
    );
    expect(await authenticateWith()(await issuer.sign(claims()))).toBeUndefined();
  });
});

test.each([
  ["HS256", { algorithms: ["HS256"] }],
  ["no algorithm", { algorithms: ["none"] }],
  ["no algorithms", { algorithms: [] }],
  ["an issuer over plain HTTP elsewhere", { issuer: "http://id.acme.example" }],
  ["an issuer with a query", { issuer: "https://id.acme.example?a" }],
  ["an issuer with a bar", { issuer: "https://id.acme.example/|x" }],
  ["an issuer with a password", { issuer: "https://a:b@id.acme.example" }],
  ["keys over plain HTTP elsewhere", { jwks_uri: "http://127.0.0.1.evil.example/keys" }],
  ["clocks that are minutes apart", { clock_tolerance: "61s" }],
  ["no audience", { audience: undefined }],
  ["an empty audience", { audience: [] }],
])("%s can't be configured", (_, settings) => {
  const oidc = [{ issuer: "https://id.acme.example", audience: AUDIENCE, ...settings }];
  expect(AuthenticationConfig.safeParse({ oidc }).success).toBe(false);
});

test("an issuer can't be configured twice", () => {
  const one = { issuer: "https://id.acme.example", audience: AUDIENCE };
  expect(AuthenticationConfig.safeParse({ oidc: [one] }).success).toBe(true);
  expect(AuthenticationConfig.safeParse({ oidc: [one, one] }).success).toBe(false);
});

test("any token is nobody's, whichever of its characters is another", async () => {
  const authenticate = authenticateWith();
  const token = await issuer.sign(claims());
  const signature = token.lastIndexOf(".") + 1;
  expect((await authenticate(token))?.id).toBe("alice");
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: signature + 80 }),
      fc.constantFrom(..."AQgw9_-.~ "),
      async (at, character) => {
        fc.pre(token[at] !== character);
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(await authenticate(changed)).toBeUndefined();
      },
    ),
    { numRuns: 300 },
  );
});

test("any claims, well signed, are a caller that the directory has or nobody, and none makes it throw", async () => {
  const authenticate = authenticateWith();
  const name = fc.constantFrom("iss", "aud", "sub", "exp", "iat", "nbf", "act", "cnf", "events", "__proto__");
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, fc.jsonValue(), { noNullPrototype: true }), async (changes) => {
      const principal = await authenticate(await signed({ ...claims(), ...changes }));
      if (principal === undefined) return;
      expect(["alice", "helper-bot"]).toContain(principal.id);
      expect(principal.sessionEndsAt).toBeGreaterThan(NOW - 6);
    }),
    { numRuns: 200 },
  );
});

/** Signs what a library for tokens would refuse to. */
async function signedWith(header: string, payload: string): Promise<string> {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${(await issuer.signBytes(Buffer.from(input))).toString("base64url")}`;
}

function signed(payload: object, header: object = {}): Promise<string> {
  return signedWith(JSON.stringify({ alg: "ES256", kid: "first", ...header }), JSON.stringify(payload));
}

function signedText(payload: string): Promise<string> {
  return signedWith(JSON.stringify({ alg: "ES256", kid: "first" }), payload);
}

function hmac(key: string | Buffer): string {
  const input = `${encode({ alg: "HS256", kid: "first" })}.${encode(claims())}`;
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
}

async function byAttacker(header: (jwk: object) => object): Promise<string> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  return await new SignJWT(claims()).setProtectedHeader({ alg: "ES256", ...header(jwk) }).sign(privateKey);
}

async function withPayload(payload: JWTPayload): Promise<string> {
  const [header, , signature] = (await issuer.sign(claims())).split(".");
  return `${header}.${encode(payload)}.${signature}`;
}

async function encrypted(): Promise<string> {
  return await new CompactEncrypt(Buffer.from(await issuer.sign(claims())))
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", cty: "JWT" })
    .encrypt(await importJWK({ ...(await issuer.publicJwk()), use: "enc" } as JWK, "ECDH-ES"));
}

async function nested(): Promise<string> {
  return await signedText(await issuer.sign(claims()));
}

/** ES256 of JWS is r and s behind one another; OpenSSL's own form is DER. */
async function inDer(): Promise<string> {
  const input = (await issuer.sign(claims())).split(".").slice(0, 2).join(".");
  const key = createPrivateKey({ key: await issuer.privateJwk(), format: "jwk" });
  return `${input}.${signBytes("sha256", Buffer.from(input), key).toString("base64url")}`;
}
