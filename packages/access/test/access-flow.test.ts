import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AuditEntry,
  directorySource,
  parseEntry,
  readBundles,
  readVerifier,
  verifyLog,
} from "@scrim/audit";
import { BundleIntake, GrantSet, HttpLessor, HttpSource, readPrivateKey, readPublicKey } from "@scrim/grants";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type Caller,
  captureInput,
  enrolPay,
  type RunningAccess,
  revealInput,
  runAccess,
} from "./running-access.ts";
import { postgres, type StoreKind, sqlite } from "./stores.ts";

/* One control plane and its real clients: the way of a request, over both stores. */

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const byTraceId = () => captureInput({}, { selector: { trace_ids: [TRACE_ID] }, traces_max: undefined });

describe.each<StoreKind>([sqlite, postgres])("over $name", (kind) => {
  let access: RunningAccess | undefined;
  beforeAll(() => kind.start());
  afterAll(() => kind.stop());
  afterEach(async () => {
    await access?.stop();
    access = undefined;
  });

  async function start(config: object = {}): Promise<RunningAccess> {
    const place = await kind.place();
    onTestFinished(async () => place.remove());
    access = await runAccess({ config: { store: storeOf(place.argument), ...config }, refreshMs: 2_000 });
    return access;
  }

  /** The configuration of the store, whose address may be a secret. */
  function storeOf(argument: string): object {
    if (argument.startsWith("sqlite:")) return { sqlite_file: argument.slice("sqlite:".length) };
    const folder = mkdtempSync(join(tmpdir(), "scrim-url-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "url"), argument, { mode: 0o600 });
    return { postgres_url_file: join(folder, "url") };
  }

  async function ask(
    who: Caller,
    input: object,
    path = "/v1/requests",
  ): Promise<{ id: string; grant?: string; state: string }> {
    const { status, body, text } = await access!.call<{ id: string; grant?: string; state: string }>(
      who,
      "POST",
      path,
      { body: input },
    );
    if (status !== 201) throw new Error(text);
    return body;
  }

  async function approved(who: Caller, input: object, by: Caller = "cy"): Promise<string> {
    const { id } = await ask(who, input);
    const { body, text } = await access!.call<{ grant?: string }>(by, "POST", `/v1/requests/${id}/approve`, {
      body: {},
    });
    if (body.grant === undefined) throw new Error(text);
    return body.grant;
  }

  /** What a process of the service has: a stream of bundles, checked and put into force. */
  async function processOfPay() {
    const keys = await enrolPay(access!);
    const audience = { service: "pay", environment: "production" };
    const grants = new GrantSet();
    const authorization = () => `Bearer ${access!.tokenOf("pay-pods")}`;
    const source = new HttpSource({ url: `${access!.url}/v1/bundles/pay/production`, authorization });
    const trusted = [readPublicKey("signing", access!.signing.publicKey, "signing.pub")];
    const own = [readPrivateKey("service", keys.privateKey, "pay.key")];
    const problems: unknown[] = [];
    source.start(new BundleIntake(grants, { audience, trusted, own }), (problem) => problems.push(problem));
    onTestFinished(() => source.close());
    const lessor = new HttpLessor({
      url: `${access!.url}/v1/grant-uses`,
      audience,
      instance: "a",
      authorization,
    });
    return { grants, lessor, problems };
  }

  test("what is approved is in force within a second, and what is revoked is not", {
    skip: !kind.isThere,
    timeout: 20_000,
  }, async () => {
    await start();
    const { grants } = await processOfPay();
    const grant = await approved("ana", byTraceId());
    const approvedAt = performance.now();
    await vi.waitFor(() => expect(grants.forTraceId(TRACE_ID)?.grant.grant.id).toBe(grant), {
      timeout: 5_000,
      interval: 10,
    });
    expect(performance.now() - approvedAt).toBeLessThan(1_000);
    await access!.call("olaf", "POST", `/v1/grants/${grant}/revoke`, { body: { comment: "enough" } });
    const revokedAt = performance.now();
    await vi.waitFor(() => expect(grants.forTraceId(TRACE_ID)).toBeUndefined(), {
      timeout: 5_000,
      interval: 10,
    });
    expect(performance.now() - revokedAt).toBeLessThan(1_000);
  });

  test("traces are leased to the last, over a restart, and each that is captured is in the log", {
    skip: !kind.isThere,
    timeout: 20_000,
  }, async () => {
    await start();
    const { grants, lessor } = await processOfPay();
    const grant = await approved("ana", captureInput({}, { traces_max: 2 }));
    await vi.waitFor(() => expect(grants.forRoot({ "url.path": "/pay" })?.grant.id).toBe(grant), 5_000);
    const want = (count: number, used = 0) =>
      lessor.lease({ wanted: { [grant]: count }, used: { [grant]: used }, returned: {} });
    expect(await want(1)).toEqual({ [grant]: 1 });
    await access!.restart();
    const again = new HttpLessor({
      url: `${access!.url}/v1/grant-uses`,
      audience: { service: "pay", environment: "production" },
      instance: "a",
      authorization: () => `Bearer ${access!.tokenOf("pay-pods")}`,
    });
    const next = (count: number, used: number) =>
      again.lease({ wanted: { [grant]: count }, used: { [grant]: used }, returned: {} });
    expect(await next(5, 1)).toEqual({ [grant]: 1 });
    expect(await next(5, 0)).toEqual({ [grant]: 0 });
    await next(0, 1);
    const { body } = await access!.call<{ state: string; traces: object }>(
      "ana",
      "GET",
      `/v1/grants/${grant}`,
    );
    expect([body.state, body.traces]).toEqual(["exhausted", { leased: 2, used: 2 }]);
    const kinds = (await entries()).map(({ kind: what, action }) => `${what} ${action}`);
    expect(kinds.filter((each) => each === "use capture")).toHaveLength(2);
    expect(kinds).toContain("grant exhaust");
  });

  /** All entries of the log, which is verified first. */
  async function entries(): Promise<readonly AuditEntry[]> {
    const source = directorySource(join(access!.folder, "audit"));
    const { size } = await verifyLog(source, {
      publicKey: readVerifier("log", access!.auditKey, "audit.pub"),
    });
    const all: AuditEntry[] = [];
    for await (const bundle of readBundles(source, size))
      all.push(...bundle.entries.map((bytes) => parseEntry(bytes)!));
    return all;
  }

  test("two people are needed for what a rule says so, one denial ends it, and each decision counts once", {
    skip: !kind.isThere,
  }, async () => {
    const rules = {
      approvals: [
        {
          name: "reveals",
          when: "request.capability == 'reveal'",
          thresholds: [{ approve: 2 }],
          ticket: "^INC-[0-9]+$",
        },
      ],
    };
    await start({ rules });
    await enrolPay(access!);
    const refused = await access!.call("ana", "POST", "/v1/requests", {
      body: revealInput({ ticket: "later" }),
    });
    expect([refused.status, refused.body.reason]).toEqual([422, "ticket"]);
    const { id } = await ask("ana", revealInput({ ticket: "INC-7" }));
    const decide = (who: Caller, verb: string) =>
      access!.call(who, "POST", `/v1/requests/${id}/${verb}`, { body: {} });
    for (const who of ["ben", "ben"] as const)
      expect((await decide(who, "approve")).body.state).toBe("pending");
    expect((await decide("cy", "approve")).body.state).toBe("approved");
    expect((await decide("ben", "deny")).body.reason).toBe("state");
    const other = await ask("ana", revealInput({ ticket: "INC-8" }));
    await access!.call("ben", "POST", `/v1/requests/${other.id}/approve`, { body: {} });
    const denied = await access!.call("cy", "POST", `/v1/requests/${other.id}/deny`, {
      body: { comment: "no" },
    });
    expect(denied.body.state).toBe("denied");
  });

  test("who waits hears of the decision at once", { skip: !kind.isThere, timeout: 20_000 }, async () => {
    await start();
    await enrolPay(access!);
    const { id } = await ask("ana", captureInput());
    const waiting = access!.call("ana", "GET", `/v1/requests/${id}?wait=30`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await access!.call("cy", "POST", `/v1/requests/${id}/approve`, { body: {} });
    const approvedAt = performance.now();
    expect((await waiting).body.state).toBe("approved");
    expect(performance.now() - approvedAt).toBeLessThan(1_500);
  });

  test("the same request key is the same request, also after a restart and from two sides at once", {
    skip: !kind.isThere,
  }, async () => {
    await start();
    await enrolPay(access!);
    const headers = { "idempotency-key": "4f1c2d3e-once" };
    const post = (body: object = captureInput()) =>
      access!.call("ana", "POST", "/v1/requests", { body, headers });
    const [one, other] = await Promise.all([post(), post()]);
    expect([one.status, other.status, one.body.id]).toEqual([201, 201, other.body.id]);
    await access!.restart();
    expect((await post()).body.id).toBe(one.body.id);
    expect((await post(captureInput({ duration_s: 60 }))).body.reason).toBe("key_reused");
    const others = await access!.call("cy", "POST", "/v1/requests", { body: captureInput(), headers });
    expect(others.body.id).not.toBe(one.body.id);
    const { body } = await access!.call<{ requests: unknown[] }>("eva", "GET", "/v1/requests");
    expect(body.requests).toHaveLength(2);
  });
});
