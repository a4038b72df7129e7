import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SIGNER, VERIFIER } from "../test/fixtures.ts";
import { MemoryFiles } from "../test/memory-files.ts";
import { signCheckpoint } from "./checkpoint.ts";
import { EMPTY_ROOT, leafHash } from "./merkle-hash.ts";
import { consistencyProof } from "./merkle-proof.ts";
import { generateNoteKeys, readSigner, readVerifier } from "./note-key.ts";
import { formatNote, isSignedBy, parseSignatures, signAsLog } from "./signed-note.ts";
import { TreeEdge } from "./tree-edge.ts";
import { Witness, type WitnessOptions } from "./witness.ts";
import { formatWitnessRequest } from "./witness-request.ts";

const keys = generateNoteKeys("witness", "witness.example/w1");
const KEY = readVerifier("witness", keys.publicKey, "w.pub");

let folder: string;
let witness: Witness;
const stateFile = () => join(folder, "state.json");
const open = (more: Partial<WitnessOptions> = {}) =>
  Witness.open({
    signer: readSigner("witness", keys.privateKey, "w.key"),
    logs: [VERIFIER],
    stateFile: stateFile(),
    clock: () => 1_700_000_000_999,
    ...more,
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "scrim-witness-"));
  witness = await open({ create: true });
});
afterEach(async () => {
  await witness.close();
  rmSync(folder, { recursive: true });
});

/** A tree of so many leaves; one history differs from another in all leaves from some on. */
function tree(size: number, forkAt = Number.POSITIVE_INFINITY): TreeEdge {
  const edge = new TreeEdge();
  for (let at = 0; at < size; at++)
    edge.append(leafHash(Buffer.from(`${at >= forkAt ? "other" : "one"} ${at}`)));
  return edge;
}

function body(from: number, to: number, forkAt?: number): Buffer {
  const edge = tree(to, forkAt);
  const checkpoint = signCheckpoint(SIGNER, to, edge.root());
  return Buffer.from(
    formatWitnessRequest({
      oldSize: from,
      proof: from > to ? [] : consistencyProof(from, to, edge.at),
      checkpoint,
    }),
  );
}

const send = async (bytes: Buffer) => {
  const { status, body: text, type } = await witness.addCheckpoint(bytes);
  return [status, status === 409 ? `${type} ${text}` : ""];
};

test("growth is cosigned, with the time, and remembered by a file of mode 0600", async () => {
  for (const [from, to] of [
    [0, 0],
    [0, 3],
    [3, 3],
    [3, 4],
    [4, 9],
  ] as const) {
    const answer = await witness.addCheckpoint(body(from, to));
    expect(answer.status).toBe(200);
    const signatures = parseSignatures(answer.body)!;
    const text = `${SIGNER.name}\n${to}\n${tree(to).root().toString("base64")}\n`;
    expect(isSignedBy({ text, signatures }, KEY)).toBe(true);
    expect(signatures[0]!.bytes.readBigUInt64BE()).toBe(1_700_000_000n);
  }
  expect(statSync(stateFile()).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(stateFile(), "utf8"))[SIGNER.name].size).toBe(9);
  await witness.close();
  witness = await open();
  expect(await send(body(0, 12))).toEqual([409, "text/x.tlog.size 9\n"]);
  expect(await send(body(9, 12))).toEqual([200, ""]);
});

test("what does not continue what it knows is refused as the specification says, and changes nothing", async () => {
  await send(body(0, 5));
  const other = readSigner("log", generateNoteKeys("log", "other.example").privateKey, "o.key");
  const forged = readSigner("log", generateNoteKeys("log", SIGNER.name).privateKey, "f.key");
  const text = `${SIGNER.name}\n5\n${tree(5).root().toString("base64")}\n`;
  const request = (checkpoint: string, proof: Buffer[] = []) =>
    Buffer.from(formatWitnessRequest({ oldSize: 5, proof, checkpoint }));
  const rows: readonly [name: string, bytes: Buffer, answer: readonly unknown[]][] = [
    ["no request", Buffer.from("old five\n\n"), [400, ""]],
    ["no checkpoint", request("a\n"), [400, ""]],
    ["another log", request(signCheckpoint(other, 5, EMPTY_ROOT)), [404, ""]],
    ["a key that is not the log's", request(signCheckpoint(forged, 9, EMPTY_ROOT)), [403, ""]],
    ["a wrong signature", request(formatNote(text, [signAsLog(SIGNER, "another\n")])), [403, ""]],
    ["a shrunk log", body(5, 3), [400, ""]],
    ["a log from the beginning", body(0, 9), [409, "text/x.tlog.size 5\n"]],
    ["a size it has not seen", body(7, 9), [409, "text/x.tlog.size 5\n"]],
    ["another history of the same size", body(5, 5, 2), [409, "text/x.tlog.size 5\n"]],
    ["another history that is longer", body(5, 9, 2), [422, ""]],
    ["no proof", request(signCheckpoint(SIGNER, 9, tree(9).root())), [422, ""]],
    [
      "a proof where none belongs",
      request(signCheckpoint(SIGNER, 5, tree(5).root()), [EMPTY_ROOT]),
      [422, ""],
    ],
  ];
  for (const [name, bytes, answer] of rows) expect([name, ...(await send(bytes))]).toEqual([name, ...answer]);
  expect(await send(body(5, 9))).toEqual([200, ""]);
});

test("two at once take turns: never are two histories cosigned", async () => {
  const [one, other] = await Promise.all([send(body(0, 4)), send(body(0, 4, 1))]);
  expect([one, other]).toEqual([
    [200, ""],
    [409, "text/x.tlog.size 4\n"],
  ]);
});

test("without its state it does not start, nor with a broken one, nor twice", async () => {
  await expect(open()).rejects.toMatchObject({ code: "STORE_UNUSABLE" }); // held by the first
  await witness.close();
  await expect(open()).rejects.toMatchObject({ code: "STORE_UNUSABLE", message: /not there/ });
  writeFileSync(stateFile(), "{");
  await expect(open({ create: true })).rejects.toMatchObject({ code: "STORE_UNUSABLE", message: /broken/ });
  rmSync(stateFile());
  witness = await open({ create: true });
});

test("what can't be remembered is not cosigned", async () => {
  const files = new MemoryFiles([{ at: 1, code: "ENOSPC", effect: "none" }]);
  const failing = await open({ stateFile: "/state.json", files, create: true });
  await expect(failing.addCheckpoint(body(0, 3))).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  expect((await failing.addCheckpoint(body(0, 2))).status).toBe(200);
});
