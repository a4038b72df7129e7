import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  directorySource,
  generateNoteKeys,
  keepWitnessed,
  parseCheckpoint,
  proveEntry,
  readSigner,
  readVerifier,
  receiptProof,
  verifyLog,
  verifyProof,
  Witness,
  withCosignature,
  witnessRequest,
} from "@scrim/audit";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  merkleTreeHash,
  openNote,
  readHead,
  readKey,
  verifyFolder,
  verifyProofFile,
  writeFolder,
} from "./independent-verifier.ts";
import { KEYS, logFolder, PUBLIC_KEY, SIGNER } from "./log-folder.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "scrim-audit-"));
  folders.push(made);
  return made;
}

describe("a second implementation, written from the specifications", () => {
  test.each([0, 1, 2, 5, 255, 256, 257, 511, 512, 700])("verifies a log of %i entries", async (count) => {
    const { directory, receipts } = await logFolder(count, 60, folder());
    const { head, entries } = verifyFolder(directory, [readKey(KEYS.publicKey)]);
    expect(head.size).toBe(count);
    expect(entries).toEqual(receipts.map(({ entry }) => entry));
    for (const receipt of receipts) {
      expect(verifyProofFile(receiptProof(receipt), [readKey(KEYS.publicKey)])).toEqual({
        index: receipt.index,
        entry: receipt.entry,
      });
    }
  });

  test("verifies proofs of any entry, made of the tiles of a log with a level above", async () => {
    const { directory } = await logFolder(1_300, 260, folder());
    const source = directorySource(directory);
    for (const index of [0, 1, 255, 256, 511, 700, 1_023, 1_024, 1_279, 1_280, 1_299]) {
      const proof = await proveEntry(source, PUBLIC_KEY, index);
      expect(verifyProofFile(proof, [readKey(KEYS.publicKey)]).index).toBe(index);
      expect(verifyProof(Buffer.from(proof), { publicKey: PUBLIC_KEY }).index).toBe(index);
    }
    await expect(proveEntry(source, PUBLIC_KEY, 1_300)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  test("writes logs that we verify", async () => {
    const key = readKey(KEYS.publicKey);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(255, 256, 257, 600)),
        fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 9 }),
        async (count, some) => {
          const directory = folder();
          const entries = Array.from({ length: count }, (_, at) =>
            Buffer.from([...some[at % some.length]!, at & 255]),
          );
          writeFolder(directory, entries, key.name, key.id, SIGNER.privateKey);
          const verified = await verifyLog(directory, { publicKey: PUBLIC_KEY });
          expect(verified).toMatchObject({
            size: count,
            root: merkleTreeHash(entries).toString("hex"),
            unknownEntries: count,
          });
          if (count > 0) {
            const proof = await proveEntry(directorySource(directory), PUBLIC_KEY, count >> 1);
            expect(verifyProofFile(proof, [key]).entry).toEqual(entries[count >> 1]);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test("verifies what our witness signs, over each growth of a log", async () => {
    const keys = generateNoteKeys("witness", "witness.example/w1");
    const directory = folder();
    const witness = await Witness.open({
      signer: readSigner("witness", keys.privateKey, "w.key"),
      logs: [PUBLIC_KEY],
      stateFile: join(folder(), "state.json"),
      create: true,
    });
    let oldSize = 0;
    for (const growth of [0, 1, 1, 5, 249, 1, 44, 300]) {
      await logFolder(growth, 100, directory);
      const bytes = readFileSync(join(directory, "checkpoint"));
      const checkpoint = parseCheckpoint(bytes);
      const request = await witnessRequest(directorySource(directory), checkpoint, oldSize);
      const answer = await witness.addCheckpoint(Buffer.from(request));
      expect([checkpoint.size, answer.status]).toEqual([oldSize + growth, 200]);
      const note = `${bytes}${answer.body}`;
      const text = openNote(note, [readKey(KEYS.publicKey), readKey(keys.publicKey)]);
      expect(readHead(text, PUBLIC_KEY.name).size).toBe(checkpoint.size);
      const verifier = readVerifier("witness", keys.publicKey, "w.pub");
      await keepWitnessed(directory, withCosignature(checkpoint, answer.body, verifier), PUBLIC_KEY);
      const policy = { witnesses: [verifier], threshold: 1 };
      const { against } = await verifyLog(directory, { publicKey: PUBLIC_KEY, witnesses: policy });
      expect(against).toBe(checkpoint.size === 0 ? "internal consistency only" : "witnesses");
      oldSize = checkpoint.size;
    }
    const proof = await proveEntry(directorySource(directory), PUBLIC_KEY, 3);
    expect(verifyProofFile(proof, [readKey(KEYS.publicKey), readKey(keys.publicKey)]).index).toBe(3);
    await witness.close();
  });
});

/** Go's own implementation of notes, tiles and proofs: golang.org/x/mod/sumdb. Undefined where it can't be built. */
function goVerifier(): string | undefined {
  const built = folder();
  const run = (...args: string[]) =>
    execFileSync("go", args, {
      cwd: built,
      stdio: "pipe",
      timeout: 120_000,
      env: { ...process.env, GOFLAGS: "-mod=mod" },
    });
  try {
    mkdirSync(join(built, "cmd"), { recursive: true });
    writeFileSync(join(built, "go.mod"), "module verifier\n\ngo 1.24\n");
    writeFileSync(join(built, "main.go"), readFileSync(join(import.meta.dirname, "verifier.go.txt")));
    run("get", "golang.org/x/mod/sumdb/tlog");
    run("build", "-o", "verifier", ".");
    return join(built, "verifier");
  } catch {
    return undefined;
  }
}

describe("Go's implementation", () => {
  const verifier = goVerifier();
  if (verifier === undefined)
    console.log("audit: no Go, or no golang.org/x/mod: its implementation is left out");

  test.skipIf(verifier === undefined)(
    "opens our checkpoint with our key, and proves entries and growth from our tiles",
    async () => {
      const { directory } = await logFolder(700, 100, folder());
      const out = execFileSync(verifier!, [directory, KEYS.publicKey.trim()]).toString();
      expect(out).toBe("700 entries, 700 proofs of inclusion, 700 of consistency\n");
      expect(existsSync(join(directory, "tile/2"))).toBe(false);
    },
  );

  test.skipIf(verifier === undefined)("signs a note that we open", async () => {
    const note = execFileSync(verifier!, ["sign", KEYS.privateKey.trim()]);
    const checkpoint = parseCheckpoint(note);
    expect(checkpoint.size).toBe(0);
    const directory = folder();
    writeFileSync(join(directory, "checkpoint"), note);
    expect((await verifyLog(directory, { publicKey: PUBLIC_KEY })).size).toBe(0);
  });
});
