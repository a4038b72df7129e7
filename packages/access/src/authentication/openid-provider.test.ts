import { AuthenticationConfig } from "@scrim/authentication";
import { decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type OpenIdProvider, startOpenIdProvider } from "../../testing/openid-provider.ts";
import { parseDirectory } from "../directory/open-directory.ts";
import { createAuthenticate } from "./create-authenticate.ts";

const AUDIENCE = "https://scrim.acme.example";

let provider: OpenIdProvider;
beforeEach(() => {
  // It says that it keeps everything in memory.
  vi.spyOn(console, "warn").mockReturnValue();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await provider.close();
});

function authenticateWith(nowS?: () => number) {
  const config = AuthenticationConfig.parse({ oidc: [{ issuer: provider.url, audience: AUDIENCE }] });
  const directory = parseDirectory(`
people: [{ id: alice }]
machines: [{ id: helper-bot, identities: ["oidc:${provider.url}|bot"], owners: [alice] }]
`);
  const authenticate = createAuthenticate(config, directory, { told: () => {}, ...(nowS && { nowS }) });
  return (token: string) =>
    authenticate({ authorization: `Bearer ${token}`, certificate: undefined, actingFor: undefined });
}

test.each(["RS256", "PS256", "ES256", "EdDSA"] as const)(
  "a real provider's token in %s says who sends it",
  async (algorithm) => {
    provider = await startOpenIdProvider(algorithm);
    const token = await provider.tokenFor(AUDIENCE);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: algorithm, typ: "at+jwt" });
    const principal = await authenticateWith()(token);
    expect([principal?.id, principal?.people]).toEqual(["helper-bot", ["alice"]]);
    const inS = (principal?.sessionEndsAt ?? 0) - Date.now() / 1_000;
    expect(inS).toBeGreaterThan(290);
    expect(inS).toBeLessThan(301);
  },
);

test("its tokens for others, opaque ones and ones that have ended are nobody's", async () => {
  provider = await startOpenIdProvider("ES256");
  const authenticate = authenticateWith();
  expect(await authenticate(await provider.tokenFor("https://other.acme.example"))).toBeUndefined();
  expect(await authenticate(await provider.tokenFor())).toBeUndefined();
  const later = authenticateWith(() => Math.floor(Date.now() / 1_000) + 306);
  expect(await later(await provider.tokenFor(AUDIENCE))).toBeUndefined();
});
