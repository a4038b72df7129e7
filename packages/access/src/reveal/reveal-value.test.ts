import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditEvent, AuditLog, generateNoteKeys, parseEntry, readSigner } from "@scrim/audit";
import { RevealSet } from "@scrim/grants";
import { Opener, Sealer } from "@scrim/seal";
import { expect, onTestFinished, test } from "vitest";
import { FACTS, NOW, revealGrant, TestClock } from "../../testing/reveal-service.ts";
import type { Principal } from "../directory/principal.ts";
import { RevealCounts } from "./reveal-counts.ts";
import { revealEntries } from "./reveal-entry.ts";
import { revealValue } from "./reveal-value.ts";

const { publicKey, privateKey } = generateKeyPairSync("x25519");
const ALICE: Principal = {
  kind: "person",
  id: "alice",
  tenant: "shop",
  people: ["alice"],
  roles: [],
  teams: [],
  onCall: [],
  services: [],
};
const SIGNER = readSigner("log", generateNoteKeys("log", "shop.example/reveals").privateKey, "log.key");

/** A disk that takes its time: `meanwhile` happens before each append returns. */
async function setUp(meanwhile: (reveals: RevealSet, clock: TestClock) => void) {
  const directory = mkdtempSync(join(tmpdir(), "scrim-reveal-value-"));
  const log = await AuditLog.open({ directory, signer: SIGNER, create: true });
  onTestFinished(async () => {
    await log.close();
    rmSync(directory, { recursive: true });
  });
  const clock = new TestClock();
  const reveals = new RevealSet(clock);
  const bundle = { audience: "reveal", version: 1, issuedAt: NOW, expiresAt: NOW + 60 };
  reveals.replace({ ...bundle, grants: [revealGrant({ expires_at: NOW + 30 })] });
  const appended: AuditEvent[] = [];
  const opener = new Opener([privateKey]);
  const sealer = new Sealer({ recipient: publicKey, tenant: "shop", policy: "shop", clock });
  const parts = {
    keys: { open: async (token: string) => opener.open(token) },
    reveals,
    counts: await RevealCounts.of(directory, SIGNER),
    entries: revealEntries({ version: 1, secret: Buffer.alloc(32, 7) }),
    log: {
      async append(event: AuditEvent) {
        const receipt = await log.append(event);
        appended.push(parseEntry(receipt.entry)!);
        meanwhile(reveals, clock);
        return receipt;
      },
    },
  };
  return { ask: () => revealValue(parts, ALICE, { token: sealer.seal("x", FACTS)! }), appended };
}

test("what takes no time is opened", async () => {
  const { ask, appended } = await setUp(() => {});
  expect((await ask())?.value).toBe("x");
  expect(appended).toHaveLength(1);
});

test.each<[name: string, meanwhile: (reveals: RevealSet, clock: TestClock) => void]>([
  ["ends", (_, clock) => clock.advance(30)],
  ["ends with its bundle", (_, clock) => clock.advance(60)],
  ["is revoked", (reveals) => reveals.clear()],
  [
    "is narrowed",
    (reveals) =>
      reveals.replace({
        audience: "reveal",
        version: 2,
        issuedAt: NOW,
        expiresAt: NOW + 60,
        grants: [revealGrant({ services: ["billing"] })],
      }),
  ],
])("a grant that %s while its entry is written opens nothing, and that is logged", async (_, meanwhile) => {
  const { ask, appended } = await setUp(meanwhile);
  expect(await ask()).toBe(undefined);
  expect(appended).toMatchObject([
    { outcome: "done" },
    { outcome: "refused", facts: { reason: "ended_meanwhile" } },
  ]);
});

test("a grant that came again with the next bundle meanwhile still opens", async () => {
  const { ask } = await setUp((reveals) =>
    reveals.replace({
      audience: "reveal",
      version: 2,
      issuedAt: NOW,
      expiresAt: NOW + 60,
      grants: [revealGrant()],
    }),
  );
  expect((await ask())?.value).toBe("x");
});
