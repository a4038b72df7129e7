import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateNoteKeys } from "@scrim/audit";
import { generateKeys, readPublicKey } from "@scrim/grants";
import { Sealer } from "@scrim/seal";
import { expect, onTestFinished, test, vi } from "vitest";
import { startRevealService } from "../src/index.ts";
import { enrolPay, type RunningAccess, revealInput, runAccess } from "./running-access.ts";

/** A reveal service that gets its grants from a control plane, whose folder it shares here. */
async function startReveal(access: RunningAccess) {
  const write = (name: string, text: string) =>
    writeFileSync(join(access.folder, name), text, { mode: 0o600 });
  const keys = generateKeys("reveal");
  write("reveal.key", keys.privateKey);
  write("signing.pub", access.signing.publicKey);
  write("reveal-audit.key", generateNoteKeys("log", "shop.example/reveals").privateKey);
  write("reveal.token", access.tokenOf("reveal"));
  const secrets = readFileSync(join(access.folder, "access.secrets"), "utf8");
  write("pseudonyms.secret", `${secrets.split("\n").find((line) => line.startsWith("pseudonyms"))}\n`);
  const problems: unknown[] = [];
  const service = await startRevealService({
    config: {
      listen: "127.0.0.1:0",
      key_files: ["reveal.key"],
      grants: { url: access.url, token_file: "reveal.token", trusted_files: ["signing.pub"] },
      audit: { create: true },
      authentication: { token_file: "tokens" },
    },
    baseDir: access.folder,
    told: (problem) => problems.push(problem),
  });
  onTestFinished(() => service.shutdown());
  const sealer = new Sealer({
    recipient: readPublicKey("reveal", keys.publicKey, "reveal.pub").key,
    tenant: "shop",
    policy: "shop",
  });
  const facts = { service: "pay", path: "user.email", class: "direct_identifier", traceId: "" };
  const token = sealer.seal("jane@customer.example", facts)!;
  const ask = (caller: "ana" | "ben" | "bot") =>
    access.callAt(`http://127.0.0.1:${service.endpoint.port}`, caller, "POST", "/v1/reveal", {
      body: { token },
    });
  return { ask, problems };
}

test("what people approved is opened for who asked, and for nobody else, and no more once it is revoked", async () => {
  const access = await runAccess();
  onTestFinished(() => access.stop());
  await enrolPay(access);
  const { ask, problems } = await startReveal(access);
  expect((await ask("ana")).status).toBe(403);

  const { body: request } = await access.call("ana", "POST", "/v1/requests", { body: revealInput() });
  for (const approver of ["ben", "cy"] as const)
    await access.call(approver, "POST", `/v1/requests/${request.id}/approve`, { body: {} });
  const { body: decided } = await access.call("ana", "GET", `/v1/requests/${request.id}`);
  expect(decided.state).toBe("approved");

  await vi.waitUntil(async () => (await ask("ana")).status === 200, { timeout: 10_000, interval: 10 });
  expect((await ask("ana")).body).toMatchObject({ value: "jane@customer.example", grant: decided.grant });
  for (const other of ["ben", "bot"] as const) expect((await ask(other)).status).toBe(403);

  const { body: own } = await access.call("ana", "POST", `/v1/grants/${decided.grant}/revoke`, { body: {} });
  expect(own.state).toBe("revoked");
  await vi.waitUntil(async () => (await ask("ana")).status === 403, { timeout: 10_000, interval: 10 });
  expect(problems).toEqual([]);
});
