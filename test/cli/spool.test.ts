import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSpool, SpoolConfig } from "@scrim/gateway";
import { type Batch, MetricRegistry } from "@scrim/pipeline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scrimHere } from "./scrim.ts";

/** In every payload: it must be in nothing that a command prints. */
const CANARY = "canary-4111111111111111";

let parent: string;
let folder: string;
let server: Server | undefined;

beforeEach(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), "scrim-spool-cli-")));
  folder = join(parent, "spool");
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(parent, { recursive: true, force: true });
});

function batch(number: number): Batch {
  const bytes = Buffer.from(`${number} ${CANARY}`);
  return {
    signal: "logs",
    bytes,
    items: number,
    client: { address: undefined },
    removed: new Map(),
    approvals_checked: true,
  };
}

async function open() {
  const log = { info: () => undefined, warn: () => undefined };
  const config = SpoolConfig.parse({ min_free_space: 0 });
  return await openSpool(config, {
    directory: folder,
    exporters: ["a", "b/old"],
    metrics: new MetricRegistry(),
    log,
  });
}

/** 1 and 2 wait for both, 3 for `a`; `a` has settled 1; 4 is a dead letter of `a`. */
async function fill(): Promise<void> {
  const spool = await open();
  await spool.append(batch(1), ["a", "b/old"]);
  await spool.append(batch(2), ["a", "b/old"]);
  await spool.append(batch(3), ["a"]);
  spool.outlet("a").settle((await spool.outlet("a").take())!);
  await spool.deadLetters.append(batch(4), "a", "refused");
  await spool.shutdown();
}

async function scrim(...args: readonly string[]) {
  const ran = await scrimHere(["spool", ...args]);
  expect(ran.stdout + ran.stderr).not.toContain(CANARY);
  return ran;
}

async function takeAll(exporter: string): Promise<number[]> {
  const spool = await open();
  const numbers: number[] = [];
  const outlet = spool.outlet(exporter);
  for (let queued = await outlet.take(); queued !== undefined; queued = await outlet.take()) {
    numbers.push(Number.parseInt(queued.batch.bytes.toString(), 10));
  }
  await spool.shutdown();
  return numbers;
}

/** An OTLP endpoint that keeps what it gets, and refuses from the `refuses`-th request on. */
async function sink(refuses = Number.POSITIVE_INFINITY): Promise<{ url: string; got: string[] }> {
  const got: string[] = [];
  let requests = 0;
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (++requests >= refuses) {
      response.writeHead(503).end(CANARY);
      return;
    }
    got.push(`${request.url} ${Buffer.concat(chunks)}`);
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, got };
}

test("inspect shows what waits for whom, also while a gateway has the spool", async () => {
  await fill();
  const text = await scrim("inspect", folder);
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/a +2 +5 /);
  expect(text.stdout).toMatch(/b\/old +2 +3 /);
  expect(text.stdout).toMatch(/dead-letters\/a:/);
  const spool = await open();
  const json = JSON.parse((await scrim("inspect", folder, "--json")).stdout);
  await spool.shutdown();
  expect(json[0]).toMatchObject({ name: "spool", waiting: { a: { batches: 2, items: 5 } }, damaged: 0 });
  expect(json[1]).toMatchObject({ name: "dead-letters/a", waiting: { a: { batches: 1, items: 4 } } });
});

test("verify says where a spool is damaged, and changes nothing", async () => {
  await fill();
  expect(await scrim("verify", folder)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("all intact"),
  });
  const path = join(folder, "segments", "000000000001.segment");
  const bytes = readFileSync(path);
  bytes[bytes.indexOf(`2 ${CANARY}`) + 3]! ^= 1;
  writeFileSync(path, bytes);
  const found = await scrim("verify", folder);
  expect(found).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/segment 1, bytes \d+ to \d+: payload/),
  });
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(await takeAll("a")).toEqual([3]);
});

test("replay sends what waits to an endpoint, and keeps it unless told otherwise", async () => {
  await fill();
  const { url, got } = await sink();
  expect(await scrim("replay", folder, "--to", url)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("3 records of 6 items"),
  });
  expect(got).toEqual([1, 2, 3].map((number) => `/v1/logs ${number} ${CANARY}`));
  expect(await scrim("replay", folder, "--to", url, "--exporter", "a", "--remove")).toMatchObject({
    code: 0,
  });
  expect(got.slice(3)).toEqual([2, 3].map((number) => `/v1/logs ${number} ${CANARY}`));
  expect(await takeAll("a")).toEqual([]);
  expect(await takeAll("b/old")).toEqual([1, 2]);
});

test("what can't be sent stays, and the answer is not shown", async () => {
  await fill();
  const { url, got } = await sink(2);
  const ran = await scrim("replay", folder, "--to", url, "--remove");
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("SOURCE_UNREACHABLE") });
  expect(got).toHaveLength(1);
  expect(await takeAll("a")).toEqual([2, 3]);
});

test("of what a destination takes in part nothing is removed", async () => {
  await fill();
  // ExportLogsServiceResponse.partial_success.rejected_log_records = 3, with a message.
  const answer = Buffer.concat([
    Buffer.from([0x0a, 4 + CANARY.length, 0x08, 3, 0x12, CANARY.length]),
    Buffer.from(CANARY),
  ]);
  server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const ran = await scrim("replay", folder, "--dead-letters", "a", "--to", url, "--remove");
  expect(ran).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("3 items rejected: all records stay"),
  });
  const [, letters] = JSON.parse((await scrim("inspect", folder, "--json")).stdout);
  expect(letters).toMatchObject({ waiting: { a: { batches: 1 } } });
});

test("dead letters go back to be delivered", async () => {
  await fill();
  const ran = await scrim("replay", folder, "--dead-letters", "a", "--back", "--remove");
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining("1 record of 4 items") });
  expect(await takeAll("a")).toEqual([2, 3, 4]);
  expect(await scrim("replay", folder, "--dead-letters", "a", "--back")).toMatchObject({ code: 2 });
});

test("whole segments that were set aside give what is intact in them", async () => {
  await fill();
  const path = join(folder, "segments", "000000000001.segment");
  const bytes = readFileSync(path);
  bytes[20]! ^= 1;
  bytes[4096 + 20]! ^= 1;
  writeFileSync(path, bytes);
  expect(await takeAll("a")).toEqual([]);
  const { url, got } = await sink();
  expect(await scrim("replay", folder, "--quarantine", "--to", url)).toMatchObject({ code: 0 });
  expect(got).toHaveLength(3);
});

test("what changes a spool waits for its gateway to stop", async () => {
  await fill();
  const spool = await open();
  for (const args of [
    ["replay", folder, "--to", "http://127.0.0.1:9"],
    ["forget", folder, "--exporter", "a"],
  ]) {
    expect(await scrim(...args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("STORE_UNUSABLE"),
    });
  }
  await spool.shutdown();
});

test("forget drops what waits for one exporter", async () => {
  await fill();
  expect(await scrim("forget", folder, "--exporter", "b/old")).toMatchObject({ code: 0 });
  expect(await takeAll("b/old")).toEqual([]);
  expect(await takeAll("a")).toEqual([2, 3]);
});

const WRONG: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["a folder without a spool", ["inspect", "/"]],
  ["a replay to nowhere", ["replay", "FOLDER"]],
  ["a replay of what waits back to where it waits", ["replay", "FOLDER", "--back"]],
  ["no address", ["replay", "FOLDER", "--to", "file:///etc/passwd"]],
  [
    "dead letters in quarantine",
    ["replay", "FOLDER", "--to", "http://x", "--dead-letters", "a", "--quarantine"],
  ],
];
test.each(WRONG)("%s is refused", async (_name, args) => {
  await fill();
  const ran = await scrim(...args.map((arg) => (arg === "FOLDER" ? folder : arg)));
  expect(ran.code).not.toBe(0);
  expect(ran.stderr).toContain("INPUT_INVALID");
});
