/**
 * A second implementation of the log's formats, written from the specifications alone: RFC 6962 §2.1 (by its recursive definitions),
 * c2sp.org/signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature and tlog-proof. It shares no code with `@scrim/audit`.
 */
import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  return digest.digest();
};

/** Largest power of two smaller than n (n > 1). */
const split = (n: number): number => (n <= 2 ? 1 : 2 * split(Math.ceil(n / 2)));

/** MTH(D[n]) */
export function merkleTreeHash(entries: readonly Uint8Array[]): Buffer {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(Buffer.from([0]), entries[0]!);
  const k = split(entries.length);
  return sha256(Buffer.from([1]), merkleTreeHash(entries.slice(0, k)), merkleTreeHash(entries.slice(k)));
}

/** The root that PATH(m, D[n]) leads to from a leaf hash. */
function rootByPath(leaf: Buffer, m: number, n: number, path: readonly Buffer[]): Buffer {
  if (n === 1) {
    if (path.length !== 0) throw new Error("the path is too long");
    return leaf;
  }
  const sibling = path.at(-1);
  if (sibling === undefined) throw new Error("the path is too short");
  const rest = path.slice(0, -1);
  const k = split(n);
  return m < k
    ? sha256(Buffer.from([1]), rootByPath(leaf, m, k, rest), sibling)
    : sha256(Buffer.from([1]), sibling, rootByPath(leaf, m - k, n - k, rest));
}

export interface Key {
  readonly name: string;
  readonly type: number;
  readonly raw: Buffer;
  readonly id: Buffer;
}

/** A verifier key: name+hex(id)+base64(type || key). */
export function readKey(vkey: string): Key {
  const [, name, id, data] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n?$/.exec(vkey) ?? [];
  if (name === undefined || id === undefined || data === undefined) throw new Error("no verifier key");
  const bytes = Buffer.from(data, "base64");
  const key = { name, type: bytes[0]!, raw: bytes.subarray(1), id: Buffer.from(id, "hex") };
  if (
    !sha256(Buffer.from(`${name}\n`), bytes)
      .subarray(0, 4)
      .equals(key.id)
  )
    throw new Error("wrong key id");
  return key;
}

/** SubjectPublicKeyInfo of Ed25519 (RFC 8410) up to the key. */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

const isSigned = (raw: Buffer, message: string, signature: Buffer): boolean =>
  verify(
    null,
    Buffer.from(message),
    createPublicKey({ key: Buffer.concat([SPKI, raw]), format: "der", type: "spki" }),
    signature,
  );

/** The text of a note, once each of these keys has signed it. */
export function openNote(note: string, keys: readonly Key[]): string {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n")) throw new Error("no note");
  const text = note.slice(0, at + 1);
  const lines = note.slice(at + 2, -1).split("\n");
  for (const key of keys) {
    const line = lines.find((each) => {
      const [dash, name, data] = each.split(" ");
      if (dash !== "\u2014" || data === undefined) throw new Error("no signature line");
      return name === key.name && Buffer.from(data, "base64").subarray(0, 4).equals(key.id);
    });
    if (line === undefined) throw new Error(`not signed by ${key.name}`);
    const signature = Buffer.from(line.split(" ")[2]!, "base64").subarray(4);
    const isGood =
      key.type === 4
        ? isSigned(
            key.raw,
            `cosignature/v1\ntime ${signature.readBigUInt64BE()}\n${text}`,
            signature.subarray(8),
          )
        : isSigned(key.raw, text, signature);
    if (!isGood) throw new Error(`wrong signature of ${key.name}`);
  }
  return text;
}

export interface Head {
  readonly size: number;
  readonly root: Buffer;
}

export function readHead(text: string, origin: string): Head {
  const [first, size, root, end] = text.split("\n");
  if (first !== origin || size === undefined || root === undefined || end !== "")
    throw new Error("no checkpoint");
  if (String(Number(size)) !== size) throw new Error("no size");
  return { size: Number(size), root: Buffer.from(root, "base64") };
}

/** The path of a tile; `width` 256 is a full one. */
function pathOf(level: string, index: number, width: number): string {
  const encode = (n: number): string => {
    const last = String(n % 1000).padStart(3, "0");
    return n < 1000 ? last : `${prefix(Math.floor(n / 1000))}/${last}`;
  };
  const prefix = (n: number): string => {
    const part = `x${String(n % 1000).padStart(3, "0")}`;
    return n < 1000 ? part : `${prefix(Math.floor(n / 1000))}/${part}`;
  };
  return `tile/${level}/${encode(index)}${width < 256 ? `.p/${width}` : ""}`;
}

function* unpack(bundle: Buffer): Generator<Buffer> {
  for (let at = 0; at < bundle.length; ) {
    const length = bundle.readUInt16BE(at);
    if (at + 2 + length > bundle.length) throw new Error("a bundle ends inside an entry");
    yield bundle.subarray(at + 2, at + 2 + length);
    at += 2 + length;
  }
}

/** All tiles of a tree: level, index and width. */
function* tilesFor(size: number): Generator<[level: number, index: number, width: number]> {
  for (let level = 0; size >= 256 ** level; level++) {
    const hashes = Math.floor(size / 256 ** level);
    for (let index = 0; index < hashes; index += 256)
      yield [level, index / 256, Math.min(256, hashes - index)];
  }
}

/** The entries of a log in a folder. Throws where anything is not as the specifications have it. */
export function verifyFolder(folder: string, keys: readonly Key[]): { head: Head; entries: Buffer[] } {
  const note = readFileSync(join(folder, "checkpoint"), "utf8");
  const head = readHead(openNote(note, keys), keys[0]!.name);
  const entries: Buffer[] = [];
  for (let index = 0; index * 256 < head.size; index++) {
    const width = Math.min(256, head.size - index * 256);
    const bundle = [...unpack(readFileSync(join(folder, pathOf("entries", index, width))))];
    if (bundle.length !== width) throw new Error("a bundle has another width");
    entries.push(...bundle);
  }
  if (!merkleTreeHash(entries).equals(head.root)) throw new Error("wrong root");
  for (const [level, index, width] of tilesFor(head.size)) {
    const span = 256 ** level;
    const expected = Array.from({ length: width }, (_, at) => {
      const start = (index * 256 + at) * span;
      return merkleTreeHash(entries.slice(start, start + span));
    });
    const found = readFileSync(join(folder, pathOf(String(level), index, width)));
    if (!found.equals(Buffer.concat(expected))) throw new Error("a tile is wrong");
  }
  return { head, entries };
}

/** The entry that a tlog-proof proves; its extra data is the entry. */
export function verifyProofFile(file: string, keys: readonly Key[]): { index: number; entry: Buffer } {
  const [proof = "", ...rest] = file.split("\n\n");
  const [magic, extra, index, ...hashes] = proof.split("\n");
  if (magic !== "c2sp.org/tlog-proof@v1" || !extra?.startsWith("extra ") || !index?.startsWith("index ")) {
    throw new Error("no proof");
  }
  const head = readHead(openNote(rest.join("\n\n"), keys), keys[0]!.name);
  const entry = Buffer.from(extra.slice(6), "base64");
  const at = Number(index.slice(6));
  const leaf = sha256(Buffer.from([0]), entry);
  const path = hashes.map((hash) => Buffer.from(hash, "base64"));
  if (!rootByPath(leaf, at, head.size, path).equals(head.root)) throw new Error("the path leads elsewhere");
  return { index: at, entry };
}

/** Writes a log of entries, as a service that publishes one would. */
export function writeFolder(
  folder: string,
  entries: readonly Buffer[],
  origin: string,
  keyId: Buffer,
  key: KeyObject,
): void {
  const put = (path: string, bytes: Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  };
  for (let start = 0; start < entries.length; start += 256) {
    const bundle = entries.slice(start, start + 256);
    const packed = bundle.flatMap((entry) => [Buffer.from([entry.length >> 8, entry.length & 255]), entry]);
    put(pathOf("entries", start / 256, bundle.length), Buffer.concat(packed));
  }
  for (const [level, index, width] of tilesFor(entries.length)) {
    const span = 256 ** level;
    const hashes = Array.from({ length: width }, (_, at) =>
      merkleTreeHash(entries.slice((index * 256 + at) * span, (index * 256 + at + 1) * span)),
    );
    put(pathOf(String(level), index, width), Buffer.concat(hashes));
  }
  const text = `${origin}\n${entries.length}\n${merkleTreeHash(entries).toString("base64")}\n`;
  const signature = Buffer.concat([keyId, sign(null, Buffer.from(text), key)]).toString("base64");
  put("checkpoint", Buffer.from(`${text}\n\u2014 ${origin} ${signature}\n`));
}
