import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createToken } from "@scrim/authentication";
import {
  type Authentication,
  type Credentials,
  type ExtensionContext,
  type ExtensionDefinition,
  MetricRegistry,
  parseSection,
  readFileContent,
  Tracer,
} from "@scrim/pipeline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { certificateOf } from "../../../authentication/testing/certificates.ts";
import { type Issuer, startIssuer } from "../../../authentication/testing/issuer.ts";
import { checkGatewayConfig } from "../check-config.ts";
import { bearerTokenAuth } from "./bearer-token-auth.ts";
import { clientAuth } from "./client-auth.ts";

let folder: string;
let warnings: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-authenticators-"));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

type Ask = (shown?: Partial<Credentials>) => Promise<Authentication>;

async function ask<C>(definition: ExtensionDefinition<C>, config: object): Promise<Ask> {
  return (await start(definition, config)).ask;
}

async function start<C>(definition: ExtensionDefinition<C>, config: object) {
  const path = `extensions.${definition.type}`;
  const parse = (next: object) => parseSection(definition.configSchema, next, path);
  const context: ExtensionContext = {
    id: definition.type,
    path,
    signals: [],
    baseDir: folder,
    log: { info: () => {}, warn: (message) => warnings.push(message) },
    metrics: new MetricRegistry(),
    print: () => {},
    readFile: readFileContent,
    dependsOn: () => {},
    pipelines: () => [],
    shownConfig: () => "",
    tracer: new Tracer(),
  };
  const extension = await definition.create(parse(config), context);
  const ask: Ask = async (shown = {}) =>
    await extension.authenticator!.authenticate({
      authorization: [],
      certificate: undefined,
      address: "127.0.0.1",
      ...shown,
    });
  return { ask, reload: async (next: object) => await extension.reload!(parse(next), context) };
}

const bearer = (token: string) => ({ authorization: [`Bearer ${token}`] });
const nameOf = (answer: Authentication) => (answer.status === "known" ? answer.identity.name : answer.status);

describe("client_auth", () => {
  const checkout = createToken("checkout");
  const edge = createToken("edge-1");
  const stranger = createToken("stranger");
  const CLIENTS = {
    checkout: {
      identities: ["token:checkout", "certificate:uri:spiffe://acme.example/ns/pay/sa/checkout"],
      tenant: "shop",
    },
    edge: { identities: ["token:edge-1", "certificate:uri:spiffe://acme.example/a"], trusted: true },
    builds: { identities: ["certificate:uri:spiffe://acme.example/b"] },
  };
  const lines = (...tokens: { readonly line: string }[]) => tokens.map(({ line }) => `${line}\n`).join("");
  const writeTokens = (text: string) => writeFileSync(join(folder, "tokens"), text, { mode: 0o600 });
  beforeEach(() => writeTokens(lines(checkout, edge, stranger)));

  test("a token tells which client it is, with its tenant and whether it is trusted", async () => {
    const authenticate = await ask(clientAuth, { token_file: "tokens", clients: CLIENTS });
    expect(await authenticate(bearer(checkout.token))).toEqual({
      status: "known",
      identity: { name: "checkout", tenant: "shop", is_trusted: false },
    });
    expect(await authenticate(bearer(edge.token))).toMatchObject({
      identity: { name: "edge", is_trusted: true },
    });
  });

  test("a certificate tells it too, where there is no header", async () => {
    const authenticate = await ask(clientAuth, { token_file: "tokens", clients: CLIENTS });
    expect(nameOf(await authenticate({ certificate: certificateOf("spiffe") }))).toBe("checkout");
    expect(nameOf(await authenticate({ certificate: certificateOf("dns") }))).toBe("forbidden");
  });

  test("a certificate with names of two clients is none of them", async () => {
    const authenticate = await ask(clientAuth, { token_file: "tokens", clients: CLIENTS, others: "accept" });
    expect(nameOf(await authenticate({ certificate: certificateOf("twoUris") }))).toBe("forbidden");
  });

  test("who proves to be nobody that is listed is forbidden, unless others are accepted or nobody is listed", async () => {
    const shown = bearer(stranger.token);
    const settings = { token_file: "tokens" };
    expect(nameOf(await (await ask(clientAuth, { ...settings, clients: CLIENTS }))(shown))).toBe("forbidden");
    const open = await ask(clientAuth, { ...settings, clients: CLIENTS, others: "accept" });
    expect(await open(shown)).toEqual({
      status: "known",
      identity: { name: "other", tenant: undefined, is_trusted: false },
    });
    expect(nameOf(await (await ask(clientAuth, settings))(shown))).toBe("other");
  });

  const NOBODY: readonly [name: string, authorization: readonly string[]][] = [
    ["no header", []],
    ["an empty header", [""]],
    ["a scheme alone", ["Bearer"]],
    ["an empty token", ["Bearer "]],
    ["another scheme", [`Basic ${checkout.token}`]],
    ["no scheme", [checkout.token]],
    ["two spaces", [`Bearer  ${checkout.token}`]],
    ["a token and a blank", [`Bearer ${checkout.token} `]],
    ["two headers", [`Bearer ${checkout.token}`, `Bearer ${checkout.token}`]],
    ["two tokens joined by a comma", [`Bearer ${checkout.token}, Bearer ${checkout.token}`]],
    ["one character less", [`Bearer ${checkout.token.slice(0, -1)}`]],
    ["the token in capitals", [`Bearer ${checkout.token.toUpperCase()}`]],
    ["its digest", [`Bearer ${checkout.line.split(":")[1]}`]],
    ["a token that nobody was given", [`Bearer ${createToken("checkout").token}`]],
    ["10,000 characters", [`Bearer ${"a".repeat(10_000)}`]],
  ];
  test.each(NOBODY)("129: %s is nobody, also with a good certificate beside it", async (_, authorization) => {
    const authenticate = await ask(clientAuth, { token_file: "tokens", clients: CLIENTS, others: "accept" });
    const answer = await authenticate({ authorization });
    expect(answer).toEqual({ status: "unknown", challenge: 'Bearer realm="otlp"' });
    if (authorization.length > 0)
      expect(await authenticate({ authorization, certificate: certificateOf("spiffe") })).toEqual(answer);
  });

  test("bearer in any case is the same scheme", async () => {
    const authenticate = await ask(clientAuth, { token_file: "tokens" });
    expect(nameOf(await authenticate({ authorization: [`bEARER ${edge.token}`] }))).toBe("other");
  });

  test("a line that is taken out takes its token with it, and one that is added lets it in", async () => {
    const later = createToken("checkout");
    const authenticate = await ask(clientAuth, { token_file: "tokens", clients: CLIENTS });
    appendFileSync(join(folder, "tokens"), lines(later));
    await sleep(600); // a file is looked at each half second
    expect(nameOf(await authenticate(bearer(later.token)))).toBe("checkout");
    expect(nameOf(await authenticate(bearer(checkout.token)))).toBe("checkout");
    writeTokens(lines(later));
    await sleep(600);
    expect(nameOf(await authenticate(bearer(checkout.token)))).toBe("unknown");
    writeTokens("broken\n");
    await sleep(600);
    expect(nameOf(await authenticate(bearer(later.token)))).toBe("checkout");
    expect(warnings).toEqual([expect.stringContaining("the last good tokens stay in force")]);
  });

  test("two clients can't share an identity", async () => {
    const clients = { a: { identities: ["token:x"] }, b: { identities: ["token:y", "token:x"] } };
    await expect(ask(clientAuth, { token_file: "tokens", clients })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      path: "extensions.client_auth.clients.b.identities.1",
    });
  });

  test.each([
    ["a token, where there are none", { clients: { a: { identities: ["token:x"] } } }],
    [
      "an issuer's token, of another issuer",
      {
        oidc: [{ issuer: "https://id.example", audience: "scrim" }],
        clients: { a: { identities: ["oidc:https://id.example/|x"] } },
      },
    ],
  ])("what nobody can prove is no identity: %s", async (_, config) => {
    await expect(ask(clientAuth, config)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      path: "extensions.client_auth.clients.a.identities.0",
    });
  });

  describe("with an issuer", () => {
    let issuer: Issuer;
    beforeEach(async () => {
      issuer = await startIssuer();
    });
    afterEach(() => issuer.close());

    const claims = () => {
      const nowS = Math.floor(Date.now() / 1_000);
      return { iss: issuer.url, aud: "scrim", sub: "svc-7", iat: nowS, exp: nowS + 60 };
    };
    const settings = () => ({
      oidc: [{ issuer: issuer.url, audience: "scrim" }],
      clients: { payments: { identities: [`oidc:${issuer.url}|svc-7`], tenant: "pay" } },
    });

    test("a JWT tells which client it is", async () => {
      const authenticate = await ask(clientAuth, settings());
      expect(await authenticate(bearer(await issuer.sign(claims())))).toMatchObject({
        identity: { name: "payments", tenant: "pay" },
      });
      expect(nameOf(await authenticate(bearer(await issuer.sign({ ...claims(), sub: "svc-8" }))))).toBe(
        "forbidden",
      );
    });

    test.each([
      ["for another audience", { aud: "others" }],
      ["that has ended", { exp: 1 }],
      ["of another issuer", { iss: "https://elsewhere.example" }],
    ])("a JWT %s is nobody's", async (_, changes) => {
      const authenticate = await ask(clientAuth, settings());
      expect(nameOf(await authenticate(bearer(await issuer.sign({ ...claims(), ...changes }))))).toBe(
        "unknown",
      );
    });

    test("who acts for a client is not that client", async () => {
      const authenticate = await ask(clientAuth, settings());
      const token = await issuer.sign({ ...claims(), act: { sub: "somebody" } });
      expect(nameOf(await authenticate(bearer(token)))).toBe("forbidden");
    });

    test("129: an issuer's keys are known over a reload, which may come while it is away; one that is refused changes nothing", async () => {
      const { ask: authenticate, reload } = await start(clientAuth, settings());
      const token = await issuer.sign(claims());
      expect(nameOf(await authenticate(bearer(token)))).toBe("payments");
      issuer.answers.set("/.well-known/openid-configuration", (_, response) => response.writeHead(500).end());
      await expect(reload({ ...settings(), token_file: "nowhere" })).rejects.toMatchObject({
        code: "CONFIG_UNREADABLE",
      });
      const commit = await reload({
        ...settings(),
        clients: { renamed: { identities: [`oidc:${issuer.url}|svc-7`] } },
      });
      expect(nameOf(await authenticate(bearer(token)))).toBe("payments");
      commit!();
      expect(nameOf(await authenticate(bearer(token)))).toBe("renamed");
      const gone = await reload({ clients: { nobody: { identities: ["certificate:cn:x"] } } });
      gone!();
      expect(nameOf(await authenticate(bearer(token)))).toBe("unknown");
    });

    test("an issuer that can't be reached makes it a question for later, not a no", async () => {
      const authenticate = await ask(clientAuth, settings());
      const token = await issuer.sign(claims());
      issuer.answers.set("/.well-known/openid-configuration", (_, response) => response.writeHead(500).end());
      await expect(authenticate(bearer(token))).rejects.toMatchObject({ code: "SOURCE_UNREACHABLE" });
    });
  });
});

describe("bearertokenauth", () => {
  const OLD = "old-token-0123456789";
  const NEW = "new-token-0123456789";

  test("one of several tokens is enough, and all clients have one name", async () => {
    const authenticate = await ask(bearerTokenAuth, { tokens: [OLD, NEW] });
    for (const token of [OLD, NEW]) expect(nameOf(await authenticate(bearer(token)))).toBe("bearertokenauth");
    expect(await authenticate(bearer("another-token-0123"))).toEqual({
      status: "unknown",
      challenge: 'Bearer realm="otlp"',
    });
  });

  test.each([
    ["no header", []],
    ["an empty token", ["Bearer "]],
    ["a blank behind it", [`Bearer ${OLD} `]],
    ["two headers", [`Bearer ${OLD}`, `Bearer ${OLD}`]],
    ["two joined by a comma", [`Bearer ${OLD},Bearer ${OLD}`]],
    ["another scheme", [`Token ${OLD}`]],
  ])("129: %s is nobody", async (_, authorization) => {
    const authenticate = await ask(bearerTokenAuth, { token: OLD });
    expect(nameOf(await authenticate({ authorization }))).toBe("unknown");
  });

  test("tokens of a file change with it", async () => {
    const file = join(folder, "collector.token");
    writeFileSync(file, `${OLD}\n`, { mode: 0o600 });
    const authenticate = await ask(bearerTokenAuth, { filename: "collector.token", scheme: "Token" });
    expect(nameOf(await authenticate({ authorization: [`token ${OLD}`] }))).toBe("bearertokenauth");
    writeFileSync(file, `${NEW}\n`);
    await sleep(600);
    expect(nameOf(await authenticate({ authorization: [`Token ${OLD}`] }))).toBe("unknown");
    expect(nameOf(await authenticate({ authorization: [`Token ${NEW}`] }))).toBe("bearertokenauth");
  });

  test.each([
    ["nothing to compare with", {}, "extensions.bearertokenauth"],
    ["two places of tokens", { token: OLD, filename: "x" }, "extensions.bearertokenauth"],
    ["a token that can be guessed", { token: "secret" }, "extensions.bearertokenauth.token"],
    ["an empty token", { tokens: [OLD, ""] }, "extensions.bearertokenauth.tokens.1"],
  ])("%s stops the start, without saying the token", async (_, config, path) => {
    const refused = ask(bearerTokenAuth, config);
    await expect(refused).rejects.toMatchObject({ code: "CONFIG_INVALID", path });
    await expect(refused).rejects.not.toThrow(/secret|old-token/);
  });

  test("a file that others may read stops the start", async () => {
    writeFileSync(join(folder, "open"), `${OLD}\n`, { mode: 0o644 });
    await expect(ask(bearerTokenAuth, { filename: "open" })).rejects.toMatchObject({
      code: "CONFIG_UNREADABLE",
    });
  });
});

test("what is wrong with an authenticator is said once, and not by those that ask it as well", async () => {
  const config = {
    receivers: { otlp: { protocols: { http: { auth: { authenticator: "bearertokenauth" } } } } },
    processors: { policy: {} },
    exporters: { debug: null },
    extensions: { bearertokenauth: { filename: "missing.tokens" } },
    service: {
      extensions: ["bearertokenauth"],
      pipelines: { logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"] } },
    },
  };
  const codes = async (given: object) =>
    (await checkGatewayConfig({ config: given })).problems.map(({ code, path }) => [code, path]);
  expect(await codes(config)).toEqual([["CONFIG_UNREADABLE", expect.stringContaining("missing.tokens")]]);
  expect(await codes({ ...config, extensions: {}, service: { ...config.service, extensions: [] } })).toEqual([
    ["CONFIG_INVALID", "receivers.otlp.protocols.http.auth.authenticator"],
  ]);
});
