import { createHash } from "node:crypto";
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { directorySource, readBundles, readPublished, verifyLog, verifyProof } from "@scrim/audit";
import { startGateway } from "@scrim/gateway";
import {
  generateKeys,
  type KeyUse,
  type RevealGrant,
  readPrivateKey,
  readPublicKey,
  signKeySet,
} from "@scrim/grants";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  type Answer,
  AUDIT,
  bearerOf,
  type Caller,
  EMAIL,
  GRANT_ID,
  GRANTS as GRANT_SOURCE,
  LOG_KEY,
  NOW,
  revealGrant,
  type Service,
  sealed,
  startService,
  TRACE_ID,
} from "../../testing/reveal-service.ts";
import { REVEAL_PROBLEMS } from "./problem.ts";

const REFUSED: Answer = {
  status: 403,
  headers: {
    "cache-control": "no-store",
    connection: "keep-alive",
    "content-length": "70",
    "content-type": "application/problem+json",
    "keep-alive": "timeout=5",
  },
  text: '{"status":403,"title":"this is not opened for you","reason":"refused"}',
};
const OTHER_GRANT = "ffeeddccbbaa9988";

async function reasons(service: Service): Promise<unknown[]> {
  return (await service.entries())
    .filter(({ outcome }) => outcome === "refused")
    .map(({ facts }) => facts?.reason);
}

describe("with a root", () => {
  const ROOTED = {
    ...GRANT_SOURCE,
    trusted_files: undefined,
    root_files: ["root.pub"],
    key_set_file: "keys.set",
  };
  const root = generateKeys("root");

  /** Puts a set into the service's folder in which the signer is, or nobody. */
  function putSet(folder: string, version: number, uses: readonly KeyUse[]): void {
    const key = readPublicKey("signing", readFileSync(join(folder, "signing.pub"), "utf8"), "signing.pub");
    const keys = uses.length === 0 ? [] : [{ key, uses }];
    const set = { version, issuedAt: NOW, expiresAt: NOW + 86_400, keys };
    const bytes = signKeySet(set, readPrivateKey("root", root.privateKey, "root.key"));
    writeFileSync(join(folder, "next"), bytes);
    renameSync(join(folder, "next"), join(folder, "keys.set"));
  }

  test("grants are those of whom its set names, and end with the set that names him no more", async () => {
    const service = await startService([revealGrant()], {
      config: { grants: ROOTED },
      prepare: (folder) => {
        writeFileSync(join(folder, "root.pub"), root.publicKey);
        putSet(folder, 1, ["grants"]);
      },
    });
    expect(await service.ask(sealed())).toEqual(REFUSED);
    expect(service.problems.map(String).join()).toContain("its signing key is not trusted");
    putSet(service.folder, 2, ["reveals"]);
    await vi.waitFor(async () => expect((await service.ask(sealed())).status).toBe(200), 5_000);
    putSet(service.folder, 3, ["grants"]);
    await vi.waitFor(async () => expect(await service.ask(sealed())).toEqual(REFUSED), 5_000);
    expect((await service.send("/v1/health")).status).toBe(503);
    await service.restart();
    putSet(service.folder, 2, ["reveals"]); // which named him
    await vi.waitFor(
      () => expect(service.problems.map(String).join()).toContain("not after version 3"),
      5_000,
    );
    expect(await service.ask(sealed())).toEqual(REFUSED);
  });
});

describe("a value", () => {
  test("is opened for who holds a grant, with what is sealed beside it, and its entry is proved", async () => {
    const service = await startService();
    const token = sealed();
    const { status, headers, text } = await service.ask(token);
    expect([status, headers["content-type"], headers["cache-control"]]).toEqual([
      200,
      "application/json",
      "no-store",
    ]);
    const { proof, ...answer } = JSON.parse(text);
    expect(answer).toEqual({
      value: EMAIL,
      facts: {
        tenant: "shop",
        service: "checkout",
        path: "user.email",
        class: "direct_identifier",
        trace_id: TRACE_ID,
        policy: "shop/1",
        sealed_at: NOW,
      },
      grant: GRANT_ID,
      entry: 1,
    });
    const proved = verifyProof(Buffer.from(proof), { publicKey: LOG_KEY });
    expect(proved.index).toBe(1);
    expect(JSON.parse(proved.entry.toString())).toMatchObject({
      kind: "reveal",
      action: "open",
      outcome: "done",
      ids: { grant: GRANT_ID, trace: TRACE_ID, token: createHash("sha256").update(token).digest("hex") },
      facts: { class: "direct_identifier", tenant: "shop", service: "checkout", value: 1, values_max: 100 },
    });
    expect(service.problems).toEqual([]);
  });

  test("is opened by the grant that is asked for, and by any of the caller's where none is", async () => {
    const service = await startService([
      revealGrant({ classes: ["credit_card"] }),
      revealGrant({ id: OTHER_GRANT }),
    ]);
    expect(JSON.parse((await service.ask(sealed())).text).grant).toBe(OTHER_GRANT);
    expect(JSON.parse((await service.ask(sealed(), { grant: OTHER_GRANT })).text).grant).toBe(OTHER_GRANT);
    expect((await service.ask(sealed(), { grant: GRANT_ID })).status).toBe(403);
  });

  test("may have any text", async () => {
    const service = await startService();
    for (const value of ["", "\u0000\n\u001b[31m", '{"a":1}', "äöü 🦊", "x".repeat(7_000)])
      expect(JSON.parse((await service.ask(sealed({ value }))).text).value).toBe(value);
  });
});

describe("nothing of people or values", () => {
  test("is in the log, whatever was asked", async () => {
    const service = await startService();
    const tokens = [sealed(), sealed({ service: "jane doe", path: EMAIL }), sealed({ class: "jane@x" })];
    for (const token of tokens)
      for (const caller of ["alice", "robot"] as const) await service.ask(token, { caller });
    await service.ask("my password is hunter2");
    await service.stop();
    const { size } = await readPublished(directorySource(join(service.folder, "audit")), LOG_KEY);
    for await (const { entries } of readBundles(directorySource(join(service.folder, "audit")), size)) {
      const text = entries.join("\n");
      for (const secret of [
        EMAIL,
        "alice",
        "robot",
        "jane",
        "hunter2",
        ...tokens.map((token) => token.slice(0, 60)),
      ])
        expect(text).not.toContain(secret);
    }
  });

  test("stands in it as itself that is no plain name: a service gets a pseudonym", async () => {
    const service = await startService([revealGrant({ services: ["*"] })]);
    await service.ask(sealed({ service: "jane doe's" }));
    await service.ask(sealed({ service: "" }));
    const services = (await service.entries()).map(({ facts }) => facts?.service);
    expect(services).toEqual([expect.stringMatching(/^p1\./), expect.stringMatching(/^p1\./)]);
  });
});

const OUT_OF_SCOPE: readonly [name: string, changes: Parameters<typeof sealed>[0], reason: string][] = [
  ["another tenant", { tenant: "other" }, "tenant"],
  ["no tenant", { tenant: "" }, "tenant"],
  ["another service", { service: "billing" }, "service"],
  ["a service that begins otherwise", { service: "a-checkout" }, "service"],
  ["a service in capitals", { service: "CHECKOUT" }, "service"],
  ["an unknown service", { service: "" }, "service"],
  ["another class", { class: "credential" }, "class"],
  ["a class that begins like it", { class: "direct_identifiers" }, "class"],
  ["another trace", { traceId: "4bf92f3577b34da6a3ce929d0e0e4736" }, "trace"],
  ["no trace", { traceId: "" }, "trace"],
  ["the second before the window", { sealedAt: NOW - 601 }, "sealed_at"],
  ["the second at which the window ends", { sealedAt: NOW + 600 }, "sealed_at"],
];

const GRANTS: readonly [name: string, grants: readonly RevealGrant[], reason: string][] = [
  ["no grant", [], "no_grant"],
  ["somebody else's", [revealGrant({ holder: { principal: "bob", people: ["bob"] } })], "no_grant"],
  [
    "one of another's that names its person",
    [revealGrant({ holder: { principal: "bob", people: ["alice"] } })],
    "no_grant",
  ],
  ["one that begins in a second", [revealGrant({ not_before: NOW + 1 })], "not_in_force"],
  ["one that ends now", [revealGrant({ expires_at: NOW })], "not_in_force"],
  ["one of another tenant", [revealGrant({ tenant: "other" })], "tenant"],
];

describe("the answer is the same", () => {
  test.each(OUT_OF_SCOPE)("for a value of %s", async (_, changes, reason) => {
    const service = await startService();
    expect(await service.ask(sealed(changes))).toEqual(REFUSED);
    expect(await reasons(service)).toEqual([reason]);
  });

  test.each(GRANTS)("with %s", async (_, grants, reason) => {
    const service = await startService(grants);
    expect(await service.ask(sealed())).toEqual(REFUSED);
    expect(await reasons(service)).toEqual([reason]);
  });

  test("at both ends of the window that are in it, values are opened", async () => {
    const service = await startService();
    for (const sealedAt of [NOW - 600, NOW + 599])
      expect((await service.ask(sealed({ sealedAt }))).status).toBe(200);
  });

  test.each<[Caller, RevealGrant]>([
    ["robot", revealGrant({ holder: { principal: "robot", people: ["alice"] } })],
    ["checkout", revealGrant({ holder: { principal: "checkout", people: [] } })],
    ["mallory", revealGrant({ holder: { principal: "mallory", people: ["mallory"] } })],
  ])("for %s, whatever its grant says", async (caller, grant) => {
    const service = await startService([grant]);
    expect(await service.ask(sealed(), { caller })).toEqual(REFUSED);
    expect(await reasons(service)).toEqual([caller === "mallory" ? "tenant" : "not_a_person"]);
  });

  test("for a token of which any bit is another", async () => {
    const service = await startService();
    const token = sealed();
    expect((await service.ask(token)).status).toBe(200); // its epoch's key is at hand
    const bytes = Buffer.from(token.slice("[SEALED:v1:".length, -1), "base64url");
    const bits = Array.from({ length: 64 }, (_, at) => Math.floor((at * bytes.length * 8) / 64) + (at % 8));
    for (const bit of bits) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(await service.ask(`[SEALED:v1:${changed.toString("base64url")}]`), `bit ${bit}`).toEqual(
        REFUSED,
      );
    }
    expect(new Set(await reasons(service))).toEqual(new Set(["not_opened"]));
  }, 30_000);

  test.each([
    ["cut off", sealed().slice(0, -2)],
    ["with a shorter tag", `${sealed().slice(0, -9)}]`],
    ["with something behind it", `${sealed()} `],
    ["in another base64", sealed().replace(/]$/, "=]")],
    ["of another version", sealed().replace(":v1:", ":v2:")],
    ["sealed to another key", sealed({}, generateKeys("reveal").publicKey)],
    ["empty", ""],
    ["of 60,000 characters", `[SEALED:v1:${"A".repeat(60_000)}]`],
    ["a sentence", "the e-mail address of Jane"],
    ["NUL", "\u0000"],
    ["half a character", "\ud800"],
  ])("for a token that is %s", async (_, token) => {
    const service = await startService();
    expect(await service.ask(token)).toEqual(REFUSED);
    expect(await reasons(service)).toEqual(["not_opened"]);
  });

  test("and none leaves before what made it is done", async () => {
    const service = await startService();
    for (const token of ["", sealed({ tenant: "other" }), sealed({}, generateKeys("reveal").publicKey)]) {
      const started = performance.now();
      expect(await service.ask(token)).toEqual(REFUSED);
      expect(performance.now() - started).toBeGreaterThanOrEqual(24);
    }
  });
});

describe("a grant that was in force", () => {
  test("ends at the second", async () => {
    const service = await startService([revealGrant({ expires_at: NOW + 30 })]);
    service.clock.advance(29.999);
    expect((await service.ask(sealed())).status).toBe(200);
    service.clock.advance(0.001);
    expect(await service.ask(sealed())).toEqual(REFUSED);
    expect(await reasons(service)).toEqual(["not_in_force"]);
  });

  test("ends with the next bundle that is without it", async () => {
    const service = await startService();
    expect((await service.ask(sealed())).status).toBe(200);
    await service.grant([]);
    expect(await service.ask(sealed())).toEqual(REFUSED);
    expect(await reasons(service)).toEqual(["no_grant"]);
  });

  test("is narrowed by the next bundle", async () => {
    const service = await startService();
    await service.grant([revealGrant({ classes: ["credit_card"] })]);
    expect(await service.ask(sealed())).toEqual(REFUSED);
  });

  test("ends where no newer bundle comes, and then nothing is healthy", async () => {
    const service = await startService();
    service.clock.advance(59.999);
    expect((await service.ask(sealed())).status).toBe(200);
    expect((await service.send("/v1/health")).status).toBe(200);
    service.clock.advance(0.001);
    expect(await service.ask(sealed())).toEqual(REFUSED);
    expect((await service.send("/v1/health")).status).toBe(503);
  });

  test("is not ended by a bundle for another service, nor begun by one", async () => {
    const service = await startService();
    await service.grant([], { audience: "reveal-eu" });
    expect(service.problems).toMatchObject([{ code: "BUNDLE_REFUSED" }]);
    expect((await service.ask(sealed())).status).toBe(200);
    await service.grant([revealGrant({ holder: { principal: "bob", people: [] } })], {
      audience: "reveal-eu",
    });
    expect(await service.ask(sealed(), { caller: "bob" })).toEqual(REFUSED);
  });
});

describe("as many values as a grant allows, and no more,", () => {
  test("are opened one after the other, and over restarts", async () => {
    const service = await startService([revealGrant({ values_max: 3 })]);
    for (const _ of [1, 2]) expect((await service.ask(sealed())).status).toBe(200);
    await service.restart();
    expect((await service.ask(sealed())).status).toBe(200);
    expect(await service.ask(sealed())).toEqual(REFUSED);
    await service.restart();
    expect(await service.ask(sealed())).toEqual(REFUSED);
    expect(await reasons(service)).toEqual(["exhausted", "exhausted"]);
    const counted = (await service.entries()).flatMap(({ facts }) => facts?.value ?? []);
    expect(counted).toEqual([1, 2, 3]);
  });

  test("are opened at the same time", async () => {
    const service = await startService([revealGrant({ values_max: 7 })]);
    const answers = await Promise.all(Array.from({ length: 40 }, () => service.ask(sealed())));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(33);
    const done = (await service.entries()).filter(({ outcome }) => outcome === "done");
    expect(done.map(({ facts }) => facts?.value).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("are opened of each grant", async () => {
    const service = await startService([
      revealGrant({ values_max: 1 }),
      revealGrant({ id: OTHER_GRANT, values_max: 1 }),
    ]);
    const grants = [];
    for (const _ of [1, 2]) grants.push(JSON.parse((await service.ask(sealed())).text).grant);
    expect(grants).toEqual([GRANT_ID, OTHER_GRANT]);
    expect(await service.ask(sealed())).toEqual(REFUSED);
  });

  test("are counted though a refused value counts for nothing", async () => {
    const service = await startService([revealGrant({ values_max: 1 })]);
    for (const _ of [1, 2, 3]) expect((await service.ask(sealed({ class: "other" }))).status).toBe(403);
    await service.restart();
    expect((await service.ask(sealed())).status).toBe(200);
  });
});

describe("where the log can't be written", () => {
  test("nothing is opened, nothing is told, and what was taken is gone", async () => {
    const service = await startService([revealGrant({ values_max: 2 })]);
    const [audit, away] = [join(service.folder, "audit"), join(service.folder, "away")];
    renameSync(audit, away);
    const answers = [
      await service.ask(sealed()),
      await service.ask(sealed({ tenant: "other" })),
      await service.ask("x"),
    ];
    for (const answer of answers) {
      expect(answer).toEqual(answers[0]);
      expect(answer.status).toBe(503);
      expect(answer.text).toBe('{"status":503,"title":"nothing can be opened now","reason":"unavailable"}');
    }
    expect(service.problems).toMatchObject(answers.map(() => ({ code: "STORE_UNUSABLE" })));
    renameSync(away, audit);
    expect((await service.ask(sealed())).status).toBe(200);
    expect(await service.ask(sealed())).toEqual(REFUSED);
  });

  test("a service that has stopped answers nobody", async () => {
    const service = await startService();
    await service.stop();
    await service.stop();
    await expect(service.ask(sealed())).rejects.toThrow();
  });
});

test("where an issuer of tokens can't be asked nobody is let in, and nobody is taken for unknown", async () => {
  const issuer = "http://127.0.0.1:9";
  const authentication = {
    token_file: "tokens",
    oidc: [{ issuer, audience: "scrim", jwks_uri: `${issuer}/jwks` }],
  };
  const service = await startService(undefined, { config: { authentication } });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: issuer, aud: "scrim", sub: "alice", iat: 1, exp: 4_000_000_000 };
  const token = `${part({ alg: "RS256", kid: "1", typ: "JWT" })}.${part(claims)}.${"A".repeat(342)}`;
  const answer = await service.send(
    "/v1/reveal",
    post(GOOD, { ...JSON_BODY, authorization: `Bearer ${token}` }),
  );
  expect(JSON.parse(answer.text).reason).toBe("unavailable");
  expect(service.problems).toMatchObject([{ code: "SOURCE_UNREACHABLE" }]);
  expect(await service.entries()).toEqual([]);
});

test("whoever is refused too often has to wait, also for what would be opened", async () => {
  const service = await startService(undefined, { config: { limits: { refusals_per_min: 5 } } });
  const answers = await Promise.all(Array.from({ length: 20 }, () => service.ask("x")));
  expect(answers.filter(({ status }) => status === 403)).toHaveLength(5);
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited).toHaveLength(15);
  expect(limited[0]).toMatchObject({
    headers: { "retry-after": "12" },
    text: '{"status":429,"title":"too much was refused; ask again later","reason":"too_many"}',
  });
  expect(await service.entries()).toHaveLength(5);
  expect((await service.ask(sealed())).status).toBe(429);
  expect((await service.ask("x", { caller: "bob" })).status).toBe(403);
  service.clock.advance(12);
  for (const _ of [1, 2, 3]) expect((await service.ask(sealed())).status).toBe(200); // which costs nothing
  expect((await service.ask("x")).status).toBe(403);
  expect((await service.ask(sealed())).status).toBe(429);
});

const JSON_BODY = { authorization: bearerOf("alice"), "content-type": "application/json" };
const post = (body: RequestInit["body"], headers: Record<string, string> = JSON_BODY): RequestInit => ({
  method: "POST",
  headers,
  body: body ?? null,
});
const GOOD = JSON.stringify({ token: sealed() });

const BAD: readonly [name: string, path: string, init: RequestInit, reason: keyof typeof REVEAL_PROBLEMS][] =
  [
    ["no credentials", "/v1/reveal", post(GOOD, { "content-type": "application/json" }), "unauthenticated"],
    [
      "wrong credentials",
      "/v1/reveal",
      post(GOOD, { ...JSON_BODY, authorization: `Bearer scrim_${"A".repeat(43)}` }),
      "unauthenticated",
    ],
    [
      "credentials of another kind",
      "/v1/reveal",
      post(GOOD, { ...JSON_BODY, authorization: "Basic YWxpY2U6" }),
      "unauthenticated",
    ],
    ["no credentials, and a body too large", "/v1/reveal", post("x".repeat(200_000), {}), "unauthenticated"],
    ["another path", "/v1/reveals", post(GOOD), "unknown_path"],
    ["no path", "/", {}, "unknown_path"],
    ["another method", "/v1/reveal", { headers: JSON_BODY }, "method"],
    ["another method for health", "/v1/health", post(GOOD), "method"],
    ["no type", "/v1/reveal", post(Buffer.from(GOOD), { authorization: bearerOf("alice") }), "content_type"],
    ["a form", "/v1/reveal", post(GOOD, { ...JSON_BODY, "content-type": "text/plain" }), "content_type"],
    [
      "a compressed body",
      "/v1/reveal",
      post(GOOD, { ...JSON_BODY, "content-encoding": "gzip" }),
      "content_type",
    ],
    ["a body too large", "/v1/reveal", post(JSON.stringify({ token: "x".repeat(65_536) })), "too_large"],
    ["no body", "/v1/reveal", post(null), "malformed"],
    ["no JSON", "/v1/reveal", post("{"), "malformed"],
    ["no UTF-8", "/v1/reveal", post(Buffer.from([0x7b, 0xff])), "malformed"],
    ["a list", "/v1/reveal", post("[]"), "malformed"],
    ["no token", "/v1/reveal", post("{}"), "malformed"],
    ["a token that is no text", "/v1/reveal", post('{"token":["x"]}'), "malformed"],
    ["a grant that is none", "/v1/reveal", post('{"token":"x","grant":"y"}'), "malformed"],
    ["something else", "/v1/reveal", post('{"token":"x","value":"y"}'), "malformed"],
  ];

describe("a request with", () => {
  test.each(BAD)("%s gets a problem document", async (_, path, init, reason) => {
    const service = await startService();
    const { status, headers, text } = await service.send(path, init);
    const problem = { status: REVEAL_PROBLEMS[reason].status, title: REVEAL_PROBLEMS[reason].title, reason };
    expect(JSON.parse(text)).toEqual(problem);
    expect([status, headers["content-type"]]).toEqual([problem.status, "application/problem+json"]);
    if (status === 401) expect(headers["www-authenticate"]).toBe("Bearer");
    if (status === 405) expect(headers.allow).toBe(path === "/v1/health" ? "GET" : "POST");
    expect(await service.entries()).toEqual([]);
    expect(service.problems).toEqual([]);
  });

  test("a body that streams on without a length is cut off", async () => {
    const service = await startService();
    const part = Buffer.alloc(16_384, "x");
    const body = new ReadableStream({ pull: (stream) => stream.enqueue(part) });
    const sent = service.send("/v1/reveal", { ...post(body as never), duplex: "half" } as RequestInit);
    const status = await sent.then(
      (answer) => answer.status,
      () => "cut off",
    );
    expect([413, "cut off"]).toContain(status);
    expect((await service.ask(sealed())).status).toBe(200);
  });

  test("any body is answered, and nothing of it echoed", async () => {
    const service = await startService(undefined, { config: { limits: { refusals_per_min: 100_000 } } });
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ token: fc.jsonValue(), grant: fc.jsonValue() }, { requiredKeys: [] })
        .map((body) => JSON.stringify(body)),
      fc.string().map((token) => JSON.stringify({ token })),
    );
    await fc.assert(
      fc.asyncProperty(text, async (body) => {
        const answer = await service.send("/v1/reveal", post(body));
        expect([400, 403]).toContain(answer.status);
        const reason = answer.status === 400 ? "malformed" : "refused";
        expect(JSON.parse(answer.text)).toEqual({ ...REVEAL_PROBLEMS[reason], reason });
      }),
      { numRuns: 150 },
    );
    expect(service.problems).toEqual([]);
  }, 30_000);
});

describe("a service does not start", () => {
  const failing = (code: string, message: string) =>
    expect.objectContaining({ code, message: expect.stringContaining(message) });

  test("where a gateway runs, nor a gateway where it does", async () => {
    const config = {
      receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
      processors: { policy: {} },
      exporters: { debug: {} },
      service: {
        extensions: [],
        telemetry: { metrics: { level: "none" } },
        pipelines: {
          logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"], ack: "delivered" },
        },
      },
    };
    const log = { info: () => {}, warn: () => {} };
    const gateway = await startGateway({ config, log });
    await expect(startService()).rejects.toThrow(failing("PROCESS_SHARED", "a gateway runs"));
    await gateway.shutdown();
    await startService();
    await expect(startGateway({ config, log })).rejects.toThrow(failing("PROCESS_SHARED", "reveal"));
  });

  test("where others may read what is secret", async () => {
    const service = await startService();
    await service.stop();
    for (const file of ["reveal.key", "log.key", "pseudonyms.secret"]) {
      chmodSync(join(service.folder, file), 0o640);
      await expect(service.restart(), file).rejects.toThrow(
        failing("CONFIG_UNREADABLE", "others than its owner"),
      );
      chmodSync(join(service.folder, file), 0o600);
    }
    await service.restart();
  });

  test.each([
    ["open to other machines without TLS", { listen: "0.0.0.0:0" }, "CONFIG_INVALID"],
    ["without keys", { key_files: [] }, "CONFIG_INVALID"],
    ["with a key that isn't there", { key_files: ["other.key"] }, "CONFIG_UNREADABLE"],
    ["with a key of another kind", { key_files: ["log.key"] }, "KEY_INVALID"],
    ["with an unknown setting", { more: 1 }, "CONFIG_INVALID"],
    [
      "with two sources of grants",
      { grants: { ...GRANT_SOURCE, url: "http://127.0.0.1:1" } },
      "CONFIG_INVALID",
    ],
    [
      "that sends its token in the clear",
      { grants: { ...GRANT_SOURCE, bundle_file: undefined, url: "http://access.internal" } },
      "CONFIG_INVALID",
    ],
    ["with no source of grants", { grants: { ...GRANT_SOURCE, bundle_file: undefined } }, "CONFIG_INVALID"],
    ["with no signer", { grants: { ...GRANT_SOURCE, trusted_files: undefined } }, "CONFIG_INVALID"],
    [
      "with signers and a root",
      { grants: { ...GRANT_SOURCE, root_files: ["signing.pub"], key_set_file: "keys.set" } },
      "CONFIG_INVALID",
    ],
    [
      "with a root whose set comes from nowhere",
      { grants: { ...GRANT_SOURCE, trusted_files: undefined, root_files: ["signing.pub"] } },
      "CONFIG_INVALID",
    ],
    [
      "with a set of keys and no root",
      { grants: { ...GRANT_SOURCE, key_set_file: "keys.set" } },
      "CONFIG_INVALID",
    ],
    [
      "with a private key as the signer's",
      { grants: { ...GRANT_SOURCE, trusted_files: ["reveal.key"] } },
      "KEY_INVALID",
    ],
    ["on a port that is none", { listen: "127.0.0.1:99999" }, "CONFIG_INVALID"],
    ["on a log that is not there", { audit: { ...AUDIT, create: false } }, "STORE_UNUSABLE"],
    ["without a key of pseudonyms", { audit: { ...AUDIT, pseudonyms_file: "tokens" } }, "KEY_INVALID"],
    ["without a directory", { directory_file: "none.yaml" }, "CONFIG_UNREADABLE"],
  ])("%s", async (_, config, code) => {
    await expect((async () => await startService(undefined, { config }))()).rejects.toThrow(
      expect.objectContaining({ code }),
    );
    await startService(); // what it had taken is free again
  });

  test("on a log that another process writes, or that does not verify", async () => {
    const service = await startService();
    await service.ask(sealed());
    const config = { audit: { ...AUDIT, directory: join(service.folder, "audit") } };
    await expect(startService(undefined, { config })).rejects.toThrow(
      failing("STORE_UNUSABLE", "another process"),
    );
    await service.stop();
    const entries = join(service.folder, "audit/tile/entries/000.p/2");
    const bytes = readFileSync(entries);
    rmSync(join(service.folder, "audit/write-ahead"));
    bytes[bytes.length - 40]! ^= 1;
    writeFileSync(entries, bytes);
    await expect(service.restart()).rejects.toThrow(failing("AUDIT_INVALID", ""));
  });
});

test("the log verifies, with an entry for its start and for each that asked", async () => {
  const service = await startService();
  for (const token of [sealed(), "x", sealed()]) await service.ask(token);
  await service.stop();
  expect(await verifyLog(join(service.folder, "audit"), { publicKey: LOG_KEY })).toMatchObject({
    size: 4,
    unknownEntries: 0,
  });
});
