import { chmodSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonToProto } from "@scrim/wire";
import { expect, test } from "vitest";
import { requestProto } from "../../testing/otlp.ts";
import { startTestGateway } from "../../testing/test-gateway.ts";

function temporaryFile(): string {
  return join(mkdtempSync(join(tmpdir(), "scrim-file-")), "out.jsonl");
}

async function send(url: string, text: string): Promise<number> {
  const headers = { "content-type": "application/x-protobuf" };
  const body = new Uint8Array(requestProto("logs", [text]));
  return (await fetch(`${url}/v1/logs`, { method: "POST", headers, body })).status;
}

test.each([false, true])(
  "a batch is one line of OTLP JSON, for its owner only (fsync: %s)",
  async (fsync) => {
    const path = temporaryFile();
    const gateway = await startTestGateway({ exporters: { file: { path, fsync } } });
    await Promise.all(Array.from({ length: 20 }, () => send(gateway.url, "all is well")));
    await gateway.shutdown();
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(20);
    for (const line of lines) expect(jsonToProto("logs", Buffer.from(line))).toEqual(requestProto("logs"));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  },
);

test("a file is appended to, and what is in it stays", async () => {
  const path = temporaryFile();
  writeFileSync(path, "before\n", { mode: 0o600 });
  const gateway = await startTestGateway({ exporters: { file: { path } } });
  await send(gateway.url, "all is well");
  await gateway.shutdown();
  expect(readFileSync(path, "utf8")).toMatch(/^before\n\{.*\}\n$/);
});

test("a file that others may read is warned about", async () => {
  const path = temporaryFile();
  writeFileSync(path, "");
  chmodSync(path, 0o644);
  const gateway = await startTestGateway({ exporters: { file: { path } } });
  await gateway.shutdown();
  expect(gateway.warnings).toEqual(["exporters.file: others than the owner may read the file"]);
});

test("a missing folder and a symbolic link stop the start", async () => {
  const missing = startTestGateway({ exporters: { file: { path: join(temporaryFile(), "x") } } });
  await expect(missing).rejects.toMatchObject({ code: "CONFIG_UNREADABLE", path: "exporters.file.path" });
  const link = temporaryFile();
  symlinkSync("/dev/null", link);
  const linked = startTestGateway({ exporters: { file: { path: link } } });
  await expect(linked).rejects.toMatchObject({ code: "CONFIG_UNREADABLE", path: "exporters.file.path" });
});

test("a full disk is answered 503, and nothing is acknowledged", async () => {
  const gateway = await startTestGateway({ exporters: { file: { path: "/dev/full" } } });
  expect(await send(gateway.url, "all is well")).toBe(503);
  await gateway.shutdown();
});
