import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createToken } from "@scrim/authentication";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CertificateName, certificateOf } from "../../../authentication/testing/certificates.ts";
import { parseDirectory } from "../directory/open-directory.ts";
import type { Credentials } from "./authenticate.ts";
import { createAuthenticate } from "./create-authenticate.ts";

const DIRECTORY = parseDirectory(`
people:
  - { id: alice, identities: ["token:alice"], roles: [engineer] }
  - { id: bob, identities: ["certificate:cn:deploy bot", "certificate:uri:spiffe://acme.example/b"] }
machines:
  - { id: helper-bot, identities: ["token:helper-bot", "certificate:uri:spiffe://acme.example/a"], owners: [bob], acts_for: [alice] }
workloads:
  - { id: checkout-pods, identities: ["certificate:uri:spiffe://acme.example/ns/pay/sa/checkout"], services: [{ service: checkout }] }
`);
const VALID_FROM = certificateOf("cn").validFromDate.getTime() / 1_000;
const NOW = VALID_FROM + 86_400;

const alice = createToken("alice", NOW + 60);
const bot = createToken("helper-bot");
const nobody = createToken("mallory");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-authenticate-"));
  writeFileSync(join(folder, "tokens"), `${alice.line}\n${bot.line}\n${nobody.line}\n`, { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

function authenticateAt(nowS: number) {
  const authenticate = createAuthenticate({ token_file: "tokens", oidc: [] }, DIRECTORY, {
    baseDir: folder,
    told: () => {},
    nowS: () => nowS,
  });
  return (credentials: Partial<Credentials>) =>
    authenticate({ authorization: undefined, certificate: undefined, actingFor: undefined, ...credentials });
}

test("a token says who sends it, and until when", async () => {
  const principal = await authenticateAt(NOW)({ authorization: `Bearer ${alice.token}` });
  expect([principal?.id, principal?.roles, principal?.sessionEndsAt]).toEqual([
    "alice",
    ["engineer"],
    NOW + 60,
  ]);
});

test("a machine's token says whom it acts for where the directory lets it", async () => {
  const authenticate = authenticateAt(NOW);
  const authorization = `bearer ${bot.token}`;
  expect((await authenticate({ authorization, actingFor: "alice" }))?.people).toEqual(["alice", "bob"]);
  expect(await authenticate({ authorization, actingFor: "bob" })).toBeUndefined();
  expect(await authenticate({ authorization: `Bearer ${alice.token}`, actingFor: "bob" })).toBeUndefined();
});

test.each([
  ["no header", undefined],
  ["an empty header", ""],
  ["a scheme alone", "Bearer"],
  ["another scheme", `Basic ${alice.token}`],
  ["two spaces", `Bearer  ${alice.token}`],
  ["two tokens", `Bearer ${alice.token}, Bearer ${alice.token}`],
  ["a token without a scheme", alice.token],
  ["a token with a character more", `Bearer ${alice.token}A`],
  ["a token with a character less", `Bearer ${alice.token.slice(0, -1)}`],
  ["the digest instead of the token", `Bearer ${alice.line.split(":")[1]}`],
  ["a token of nobody in the directory", `Bearer ${nobody.token}`],
  ["a token that nobody has", `Bearer ${createToken("alice").token}`],
  ["9,000 characters", `Bearer ${"a".repeat(9_000)}`],
])("%s is nobody", async (_, authorization) => {
  expect(await authenticateAt(NOW)({ authorization })).toBeUndefined();
});

test("a token is nobody's from the second on at which it ends", async () => {
  expect(await authenticateAt(NOW + 60)({ authorization: `Bearer ${alice.token}` })).toBeUndefined();
});

const BY_CERTIFICATE: readonly [name: string, certificate: CertificateName, id: string | undefined][] = [
  ["a workload by its URI", "spiffe", "checkout-pods"],
  ["a person by the common name", "cn", "bob"],
  ["nobody where its names are those of two", "twoUris", undefined],
  ["nobody that is known", "dns", undefined],
];

test.each(BY_CERTIFICATE)("a certificate is %s", async (_, name, id) => {
  const certificate = certificateOf(name);
  const principal = await authenticateAt(NOW)({ certificate });
  expect(principal?.id).toBe(id);
  if (id !== undefined) expect(principal?.sessionEndsAt).toBe(certificate.validToDate.getTime() / 1_000);
});

test("a certificate of two stays nobody's where only one of them may act for whom it names", async () => {
  const certificate = certificateOf("twoUris");
  expect(await authenticateAt(NOW)({ certificate, actingFor: "alice" })).toBeUndefined();
});

test("a certificate holds only while it is valid, whenever the connection began", async () => {
  const certificate = certificateOf("cn");
  const until = certificate.validToDate.getTime() / 1_000;
  const idAt = async (nowS: number) => (await authenticateAt(nowS)({ certificate }))?.id;
  expect(await idAt(VALID_FROM - 1)).toBeUndefined();
  expect(await idAt(VALID_FROM)).toBe("bob");
  expect(await idAt(until - 1)).toBe("bob");
  expect(await idAt(until)).toBeUndefined();
});

test("a token goes before a certificate, and one that is no good isn't made up for by it", async () => {
  const certificate = certificateOf("cn");
  const authenticate = authenticateAt(NOW);
  expect((await authenticate({ certificate, authorization: `Bearer ${alice.token}` }))?.id).toBe("alice");
  expect(await authenticate({ certificate, authorization: `Bearer ${nobody.token}` })).toBeUndefined();
  expect(await authenticate({ certificate, authorization: "" })).toBeUndefined();
});

test("any header is nobody, and none makes it throw", async () => {
  const authenticate = authenticateAt(NOW);
  const header = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "binary" }).map((text) => `Bearer ${text}`),
    fc.base64String().map((text) => `Bearer ${text}`),
    fc.constant(alice.token).map((token) => `Bearer ${token.slice(0, 6)}${token.slice(7)}x`),
  );
  await fc.assert(
    fc.asyncProperty(header, fc.option(fc.string(), { nil: undefined }), async (authorization, actingFor) => {
      expect(await authenticate({ authorization, actingFor })).toBeUndefined();
    }),
  );
});

test.each([0o640, 0o604, 0o660])("a token file of mode %o is refused", (mode) => {
  chmodSync(join(folder, "tokens"), mode);
  expect(() => authenticateAt(NOW)).toThrow(
    expect.objectContaining({ code: "CONFIG_UNREADABLE", hint: `chmod 600 ${join(folder, "tokens")}` }),
  );
});
