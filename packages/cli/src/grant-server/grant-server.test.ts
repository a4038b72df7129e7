import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HttpLessor, TraceLeases } from "@scrim/grants";
import { expect, onTestFinished, test } from "vitest";
import { listening, startServer, until } from "../../test/running-server.ts";
import { GRANT_ID, NAME, predicateGrant, TRACE_ID } from "../../test/stores.ts";
import { readUses } from "../grants/use-file.ts";
import { bearerTokens } from "./bearer-tokens.ts";

const TOKEN = "0123456789abcdef";
const ROOT = { "url.path": "/pay" };

/** A grant of one trace by its id, that holds now. */
const byTraceId = () => predicateGrant(1, { selector: { trace_ids: [TRACE_ID] }, traces_max: undefined });

function tokenFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "scrim-token-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "tokens"), TOKEN, { mode: 0o600 });
  return join(folder, "tokens");
}

test("a grant that is created reaches a process that listens, and a revocation does within the second", async () => {
  const server = await startServer();
  const { grants, problems } = listening(server.bundleUrl);
  await server.change((store) => ({ ...store, grants: [byTraceId()] }));
  await until(() => grants.forTraceId(TRACE_ID) !== undefined);
  const revokedAt = performance.now();
  await server.change((store) => ({
    ...store,
    grants: store.grants.map((grant) => ({ ...grant, revoked_at: Math.floor(Date.now() / 1000) })),
  }));
  await until(() => grants.forTraceId(TRACE_ID) === undefined);
  expect(performance.now() - revokedAt).toBeLessThan(1_000);
  expect(problems).toEqual([]);
});

test("a bundle that is known is not sent again, until something changes", async () => {
  const server = await startServer();
  const first = await fetch(server.bundleUrl);
  const etag = first.headers.get("etag")!;
  expect([first.status, first.headers.get("content-type")]).toEqual([200, "application/octet-stream"]);
  const again = await fetch(server.bundleUrl, { headers: { "if-none-match": etag } });
  expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, etag, ""]);
  await server.change((store) => ({ ...store, grants: [byTraceId()] }));
  await until(
    async () => (await fetch(server.bundleUrl, { headers: { "if-none-match": etag } })).status === 200,
  );
});

test("a stream that is taken up again does not repeat the bundle that the client has", async () => {
  const server = await startServer();
  const version = (await fetch(server.bundleUrl)).headers.get("etag")!.replaceAll('"', "");
  const events = async (lastEventId: string) => {
    const headers = { accept: "text/event-stream", "last-event-id": lastEventId };
    const { body } = await fetch(server.bundleUrl, { headers, signal: AbortSignal.timeout(300) });
    let text = "";
    try {
      for await (const part of body!) text += Buffer.from(part).toString();
    } catch {
      // the time is over
    }
    return text;
  };
  expect(await events(version)).toBe(": bundles\n\n");
  expect(await events("1")).toMatch(
    new RegExp(`^: bundles\n\nid: ${version}\nevent: bundle\ndata: [\\w+/=]+\n\n$`),
  );
});

test("a bundle is replaced before its end, for who asks and for who listens", async () => {
  const server = await startServer({ refreshMs: 100 });
  const { versions } = listening(server.bundleUrl);
  await until(() => versions.length >= 4);
  const first = (await fetch(server.bundleUrl)).headers.get("etag");
  await until(async () => (await fetch(server.bundleUrl)).headers.get("etag") !== first);
});

test("a restart takes nothing back: versions rise, leases are kept, streams come back", async () => {
  const server = await startServer();
  await server.change((store) => ({ ...store, grants: [predicateGrant(2)] }));
  const { grants, versions } = listening(server.bundleUrl);
  await until(() => grants.forRoot(ROOT) !== undefined);
  const lessor = new HttpLessor({ url: `${server.url}/v1/grant-uses`, audience: NAME, instance: "a" });
  const wants = { wanted: { [GRANT_ID]: 1 }, used: {}, returned: {} };
  expect(await lessor.lease(wants)).toEqual({ [GRANT_ID]: 1 });
  await server.restart();
  expect(await lessor.lease(wants)).toEqual({ [GRANT_ID]: 1 });
  expect(await lessor.lease(wants)).toEqual({ [GRANT_ID]: 0 });
  const before = versions.length;
  await server.change((store) => ({ ...store, grants: [] }));
  await until(() => grants.forRoot(ROOT) === undefined);
  expect(versions.length).toBeGreaterThan(before);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
});

test("leases of the client count used and returned, and end with the grant", async () => {
  const server = await startServer();
  await server.change((store) => ({ ...store, grants: [predicateGrant(3)] }));
  const { grants } = listening(server.bundleUrl);
  await until(() => grants.forRoot(ROOT) !== undefined);
  const problems: unknown[] = [];
  const lessor = new HttpLessor({ url: `${server.url}/v1/grant-uses`, audience: NAME, instance: "a" });
  const leases = new TraceLeases(lessor, (problem) => problems.push(problem));
  let taken = 0;
  await until(() => {
    if (leases.take(grants.forRoot(ROOT)!)) taken++;
    return taken === 3;
  });
  await leases.close();
  expect(problems).toEqual([]);
  const uses = () => readUses(server.storePath).grants[GRANT_ID];
  await until(() => uses()?.used === 3); // told with a request that may be on its way still
  expect(uses()).toMatchObject({ leased: 3, held: {} });
  await server.change((store) => ({ ...store, grants: [] }));
  await until(() => grants.forRoot(ROOT) === undefined);
  const wants = { wanted: { [GRANT_ID]: 1 }, used: {}, returned: {} };
  expect(await lessor.lease(wants)).toEqual({});
});

test("who listens hears a comment now and then, while there is no news", async () => {
  const server = await startServer({ commentMs: 30 });
  const { body } = await fetch(server.bundleUrl, { headers: { accept: "text/event-stream" } });
  let text = "";
  for await (const part of body!) {
    text += Buffer.from(part).toString();
    if (text.endsWith(":\n\n:\n\n:\n\n")) break;
  }
  expect(text.match(/^event: /gm)).toHaveLength(1);
  expect(text.replaceAll(/^:.*\n\n/gm, "")).toMatch(/^id: \d+\nevent: bundle\ndata: [A-Za-z0-9+/=]+\n\n$/);
});

test("a grant is leased to the services that it is for, and by predicate alone", async () => {
  const server = await startServer();
  const other = { ...predicateGrant(5), audiences: [{ ...NAME, environment: "staging" }] };
  await server.change((store) => ({
    ...store,
    grants: [other, { ...byTraceId(), grant: { ...byTraceId().grant, id: "ffffffffffffffff" } }],
  }));
  await until(async () => (await (await fetch(server.bundleUrl)).text()).includes("ffffffffffffffff"));
  const lessor = new HttpLessor({ url: `${server.url}/v1/grant-uses`, audience: NAME, instance: "a" });
  const wanted = { [GRANT_ID]: 1, ffffffffffffffff: 1 };
  expect(await lessor.lease({ wanted, used: {}, returned: {} })).toEqual({});
});

test("with a token file, who has a token is served, and nobody else", async () => {
  const server = await startServer({ authorize: bearerTokens(tokenFile()) });
  await server.change((store) => ({ ...store, grants: [byTraceId()] }));
  const known = listening(server.bundleUrl, () => `Bearer ${TOKEN}`);
  await until(() => known.grants.forTraceId(TRACE_ID) !== undefined);
  const stranger = listening(server.bundleUrl, () => "Bearer wrong");
  await until(() => stranger.problems.length > 0);
  expect(stranger.problems).toMatchObject([{ message: expect.stringContaining("status 401") }]);
  expect(stranger.grants.isEmpty).toBe(true);
});

test("while the store can't be read nothing is issued, and it is told once", async () => {
  const server = await startServer();
  renameSync(server.storePath, `${server.storePath}.away`);
  writeFileSync(server.storePath, "{", { mode: 0o600 });
  await until(async () => (await fetch(server.bundleUrl)).status === 503);
  expect(server.problems).toMatchObject([{ code: "STORE_UNUSABLE" }]);
  renameSync(`${server.storePath}.away`, server.storePath);
  await until(async () => (await fetch(server.bundleUrl)).status === 200);
});

test("a service that is enrolled no more is told, on its stream too", async () => {
  const server = await startServer();
  const response = await fetch(server.bundleUrl, { headers: { accept: "text/event-stream" } });
  await server.change((store) => ({ ...store, services: [] }));
  for await (const _ of response.body!); // it ends
  expect((await fetch(server.bundleUrl)).status).toBe(404);
});

test("two servers can't run on one store", async () => {
  const server = await startServer();
  await expect(startServer({ storePath: server.storePath })).rejects.toMatchObject({
    code: "STORE_UNUSABLE",
  });
});
