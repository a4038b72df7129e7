import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EMPTY_ROOT,
  generateNoteKeys,
  keepWitnessed,
  type ProofOptions,
  parseCheckpoint,
  readSigner,
  readVerifier,
  receiptProof,
  signAsWitness,
  signCheckpoint,
  type VerifyOptions,
  verifyLog,
  verifyProof,
} from "@scrim/audit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readKey, writeFolder } from "./independent-verifier.ts";
import { KEYS, logFolder, PUBLIC_KEY, SIGNER } from "./log-folder.ts";

const COUNT = 262;
let good: string;
let entries: Buffer[];
let proof: string;
const witnessKeys = generateNoteKeys("witness", "witness.example/w1");
const witness = readVerifier("witness", witnessKeys.publicKey, "w.pub");
const scratch = mkdtempSync(join(tmpdir(), "scrim-mutations-"));

beforeAll(async () => {
  const { directory, receipts } = await logFolder(COUNT, 4, join(scratch, "good")); // many partial tiles
  good = directory;
  entries = receipts.map(({ entry }) => entry);
  proof = receiptProof(receipts[70]!);
});
afterAll(() => rmSync(scratch, { recursive: true }));

let copies = 0;

/** A copy of the good log. */
function copy(): string {
  const directory = join(scratch, `copy-${copies++}`);
  cpSync(good, directory, { recursive: true });
  return directory;
}

const change = (path: string, edit: (bytes: Buffer) => Uint8Array | string) => (directory: string) =>
  writeFileSync(join(directory, path), edit(readFileSync(join(directory, path))));

const flip = (at: number) => (bytes: Buffer) => {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.at(at)! ^ 1, at < 0 ? changed.length + at : at);
  return changed;
};

const replace = (what: string | RegExp, by: string) => (bytes: Buffer) =>
  bytes.toString("latin1").replace(what, by);

const remove = (path: string) => (directory: string) => rmSync(join(directory, path));

const refuses = async (directory: string, options: Partial<VerifyOptions> = {}) =>
  await expect(verifyLog(directory, { publicKey: PUBLIC_KEY, ...options })).rejects.toMatchObject({
    code: "AUDIT_INVALID",
  });

const oldCheckpoint = () => Buffer.from(proof.slice(proof.indexOf("\n\n") + 2));

test("the log that is changed below verifies as it is, and the proof with it", async () => {
  const verified = await verifyLog(copy(), { publicKey: PUBLIC_KEY, since: [oldCheckpoint()] });
  expect(verified).toMatchObject({
    size: COUNT,
    against: "kept checkpoint",
    keptSize: 72,
    unknownEntries: 0,
  });
  expect(verifyProof(Buffer.from(proof), { publicKey: PUBLIC_KEY }).index).toBe(70);
});

describe("one change of each class is seen:", () => {
  test.each<[name: string, spoil: (directory: string) => void]>([
    ["a byte of an entry in a full bundle", change("tile/entries/000", flip(100))],
    ["a byte of the last entry", change("tile/entries/001.p/6", flip(-1))],
    ["an entry's length", change("tile/entries/000", flip(1))],
    ["the high byte of an entry's length", change("tile/entries/000", flip(0))],
    [
      "a byte behind the last entry",
      change("tile/entries/001.p/6", (bytes) => Buffer.concat([bytes, Buffer.of(0)])),
    ],
    ["a bundle cut off", change("tile/entries/001.p/6", (bytes) => bytes.subarray(0, -1))],
    ["an empty bundle", change("tile/entries/001.p/6", () => "")],
    ["two entries swapped", change("tile/entries/001.p/6", swapFirst)],
    ["an entry twice", change("tile/entries/001.p/6", repeatFirst)],
    ["a leaf's hash in a full tile", change("tile/0/000", flip(40))],
    ["a leaf's hash in a partial tile", change("tile/0/001.p/6", flip(0))],
    ["a hash above", change("tile/1/000.p/1", flip(31))],
    ["a tile cut off", change("tile/0/000", (bytes) => bytes.subarray(0, -32))],
    ["a hash more in a tile", change("tile/0/001.p/6", (bytes) => Buffer.concat([bytes, Buffer.alloc(32)]))],
    [
      "two hashes swapped",
      change("tile/0/000", (bytes) =>
        Buffer.concat([bytes.subarray(32, 64), bytes.subarray(0, 32), bytes.subarray(64)]),
      ),
    ],
    ["a partial tile of an earlier size", change("tile/0/001.p/4", flip(5))],
    ["a bundle of an earlier size", change("tile/entries/001.p/4", flip(5))],
    [
      "a bundle of an earlier size, longer",
      change("tile/entries/001.p/4", (bytes) => Buffer.concat([bytes, bytes])),
    ],
    ["a tile removed", remove("tile/0/000")],
    ["a partial tile removed", remove("tile/0/001.p/6")],
    ["a tile above removed", remove("tile/1/000.p/1")],
    ["a bundle removed", remove("tile/entries/000")],
    [
      "two bundles in each other's place",
      (directory) => {
        renameSync(join(directory, "tile/entries/000"), join(directory, "tile/entries/tmp"));
        renameSync(join(directory, "tile/entries/001.p/6"), join(directory, "tile/entries/000"));
        renameSync(join(directory, "tile/entries/tmp"), join(directory, "tile/entries/001.p/6"));
      },
    ],
    ["a file that no log has", (directory) => writeFileSync(join(directory, "tile/0/notes"), "")],
    ["the checkpoint removed", remove("checkpoint")],
    ["the checkpoint empty", change("checkpoint", () => "")],
    ["the checkpoint cut off", change("checkpoint", (bytes) => bytes.subarray(0, -1))],
    ["the origin", change("checkpoint", replace("shop", "shoq"))],
    ["the size", change("checkpoint", replace("\n262\n", "\n261\n"))],
    ["the size, spelt otherwise", change("checkpoint", replace("\n262\n", "\n0262\n"))],
    ["the root", change("checkpoint", (bytes) => flip(bytes.indexOf("262\n") + 6)(bytes))],
    ["an extension line more", change("checkpoint", replace("\n\n", "\nmore\n\n"))],
    ["the signature's key id", change("checkpoint", (bytes) => flip(bytes.indexOf("audit ", 30) + 7)(bytes))],
    ["the signature", change("checkpoint", flip(-20))],
    ["the signature's name", change("checkpoint", replace(/shop(?=\S+ \S+\n$)/, "shoq"))],
    ["the signature's line", change("checkpoint", replace(/\xe2.*\n$/, ""))],
  ])("%s", async (_, spoil) => {
    const directory = copy();
    spoil(directory);
    await refuses(directory);
  });

  test("any byte of any file, one at a time", async () => {
    const directory = copy();
    const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && file.name !== "write-ahead") // which is the writer's own
      .map((file) => join(file.parentPath, file.name));
    expect(paths.length).toBeGreaterThan(7);
    for (const path of paths) {
      const bytes = readFileSync(path);
      const step = Math.max(1, Math.floor(bytes.length / 9));
      for (let at = 0; at < bytes.length; at += step) {
        writeFileSync(path, flip(at)(bytes));
        await refuses(directory).catch(() => expect.fail(`byte ${at} of ${path} is not seen`));
      }
      writeFileSync(path, bytes);
    }
    await verifyLog(directory, { publicKey: PUBLIC_KEY });
  }, 120_000);
});

/** A bundle of entries that are packed anew. */
const pack = (list: readonly Buffer[]) =>
  Buffer.concat(list.flatMap((entry) => [Buffer.of(entry.length >> 8, entry.length & 255), entry]));

function unpack(bytes: Buffer): Buffer[] {
  const list: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 2 + bytes.readUInt16BE(at)) {
    list.push(bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at)));
  }
  return list;
}

function swapFirst(bytes: Buffer): Buffer {
  const [first, second, ...rest] = unpack(bytes);
  return pack([second!, first!, ...rest]);
}

function repeatFirst(bytes: Buffer): Buffer {
  const [first, , ...rest] = unpack(bytes);
  return pack([first!, first!, ...rest]);
}

describe("whoever has the log's key can write it anew, and", () => {
  const rewrite = (list: readonly Buffer[]) => {
    const directory = join(scratch, `copy-${copies++}`);
    const key = readKey(KEYS.publicKey);
    writeFolder(directory, list, key.name, key.id, SIGNER.privateKey);
    return directory;
  };
  const kept = () => ({ since: [oldCheckpoint()] });

  test("that is not seen without a kept checkpoint, and verify says so", async () => {
    const { against } = await verifyLog(rewrite(entries.slice(0, 40)), { publicKey: PUBLIC_KEY });
    expect(against).toBe("internal consistency only");
  });

  test.each<[name: string, list: () => Buffer[]]>([
    ["cut off", () => entries.slice(0, 40)],
    ["emptied", () => []],
    ["with an early entry changed", () => entries.with(3, entries[4]!)],
    ["without an early entry", () => entries.toSpliced(3, 1)],
    ["with an entry put in", () => entries.toSpliced(3, 0, entries[9]!)],
    ["with two entries in another order", () => entries.with(3, entries[4]!).with(4, entries[3]!)],
  ])("%s, a kept checkpoint shows it", async (_, list) => {
    await refuses(rewrite(list()), kept());
  });

  test("a kept checkpoint of an empty log shows nothing", async () => {
    const since = [Buffer.from(signCheckpoint(SIGNER, 0, EMPTY_ROOT))];
    const { against } = await verifyLog(rewrite(entries.slice(0, 40)), { publicKey: PUBLIC_KEY, since });
    expect(against).toBe("internal consistency only");
  });

  test("what came after the kept checkpoint is not vouched for by it", async () => {
    const verified = await verifyLog(rewrite(entries.slice(0, 72)), { publicKey: PUBLIC_KEY, ...kept() });
    expect(verified).toMatchObject({ against: "kept checkpoint", keptSize: 72, size: 72 });
  });

  test("a kept checkpoint must be the log's own", async () => {
    const other = readSigner("log", generateNoteKeys("log", PUBLIC_KEY.name).privateKey, "o.key");
    for (const checkpoint of [
      signCheckpoint(other, 0, EMPTY_ROOT),
      "",
      oldCheckpoint().toString().slice(0, -9),
    ]) {
      await refuses(good, { since: [Buffer.from(checkpoint)] });
    }
  });

  describe("witnesses", () => {
    const signer = readSigner("witness", witnessKeys.privateKey, "w.key");
    const policy = { witnesses: [witness], threshold: 1 };
    const witnessed = async (directory: string) => {
      const checkpoint = parseCheckpoint(oldCheckpoint());
      const { text, signatures } = checkpoint.note;
      const note = { text, signatures: [...signatures, signAsWitness(signer, text, 1_700_000_000)] };
      await keepWitnessed(directory, { ...checkpoint, note }, PUBLIC_KEY);
      return directory;
    };

    test("vouch for what they have seen", async () => {
      const verified = await verifyLog(await witnessed(copy()), { publicKey: PUBLIC_KEY, witnesses: policy });
      expect(verified).toMatchObject({
        against: "witnesses",
        witnessed: { size: 72, cosigners: ["witness.example/w1"] },
      });
    });

    test("are missed where they have not signed, and where too few have", async () => {
      await refuses(good, { witnesses: policy });
      const two = readVerifier(
        "witness",
        generateNoteKeys("witness", "witness.example/w2").publicKey,
        "w2.pub",
      );
      await refuses(await witnessed(copy()), { witnesses: { witnesses: [witness, two], threshold: 2 } });
    });

    test("show another history, a cut, and a changed cosignature", async () => {
      for (const list of [entries.with(3, entries[4]!), entries.slice(0, 40)]) {
        await refuses(await witnessed(rewrite(list)), { witnesses: policy });
      }
      const directory = await witnessed(copy());
      change("checkpoint.witnessed", flip(-20))(directory);
      await refuses(directory, { witnesses: policy });
    });
  });
});

describe("a changed proof is refused:", () => {
  const refusesProof = (text: string, options: Partial<ProofOptions> = {}) =>
    expect(() => verifyProof(Buffer.from(text), { publicKey: PUBLIC_KEY, ...options })).toThrow(
      expect.objectContaining({ code: "AUDIT_INVALID" }),
    );

  test.each<[name: string, edit: (text: string) => string]>([
    ["its head", (text) => text.replace("@v1", "@v2")],
    ["the index", (text) => text.replace("index 70", "index 71")],
    ["the index, spelt otherwise", (text) => text.replace("index 70", "index 070")],
    ["the index past the end", (text) => text.replace("index 70", "index 72")],
    ["a hash", (text) => text.replace(/(index 70\n)./, "$1~")],
    ["a hash less", (text) => text.replace(/(index 70\n).*\n/, "$1")],
    ["two hashes swapped", (text) => text.replace(/(index 70\n)(.*\n)(.*\n)/, "$1$3$2")],
    ["the entry", (text) => text.replace(/extra \S+/, `extra ${Buffer.from("another").toString("base64")}`)],
    ["the entry left out", (text) => text.replace(/extra \S+\n/, "")],
    ["the checkpoint's size", (text) => text.replace("\n72\n", "\n73\n")],
    ["the origin", (text) => text.replace("shop.example", "shoq.example")],
    ["the signature", (text) => `${text.slice(0, -12)}AAAA${text.slice(-8)}`],
    ["no signature", (text) => text.slice(0, text.indexOf("\u2014"))],
    ["another line ending", (text) => text.replaceAll("\n", "\r\n")],
  ])("%s", (_, edit) => {
    const changed = edit(proof);
    expect(changed).not.toBe(proof);
    refusesProof(changed);
  });

  test("any byte", () => {
    const bytes = Buffer.from(proof);
    for (let at = 0; at < bytes.length; at++) refusesProof(flip(at)(bytes).toString("utf8"));
  });

  test("without the witnesses that are asked for", () => {
    refusesProof(proof, { witnesses: { witnesses: [witness], threshold: 1 } });
  });

  test("for another entry", () => {
    refusesProof(proof, { entry: entries[71]! });
    expect(verifyProof(Buffer.from(proof), { publicKey: PUBLIC_KEY, entry: entries[70]! }).index).toBe(70);
  });
});
