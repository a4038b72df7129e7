import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compilePolicy } from "./compile.ts";
import { loadPolicy } from "./load.ts";
import { parsePolicy } from "./parse.ts";

const folder = mkdtempSync(join(tmpdir(), "scrim-policy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SECRET = Buffer.alloc(32, 7);

function write(name: string, content: string | Uint8Array, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

function writePolicy(source: string): string {
  return write(
    "policy.yaml",
    `version: 1\nkeys:\n  pseudonym: { version: 3, ${source} }\nclasses: { direct_identifier: pseudonym }\n`,
  );
}

test("whoever keeps what was read reads documents and keys, by where they are", () => {
  const policy = writePolicy("file: elsewhere");
  const secret = `${SECRET.toString("base64")}\n`;
  const kept = new Map([[join(folder, "elsewhere"), { bytes: Buffer.from(secret), mode: 0o100644 }]]);
  const read: string[] = [];
  const loaded = loadPolicy([policy], {
    readFile(file, bytesMax) {
      read.push(file);
      expect(bytesMax).toBeGreaterThan(1_000);
      return kept.get(file) ?? { bytes: readFileSync(file), mode: 0o100600 };
    },
  });
  expect(read).toEqual([policy, join(folder, "elsewhere")]);
  expect(loaded.pseudonymKey?.secret).toEqual(SECRET);
  expect(loaded.warnings).toEqual([
    expect.objectContaining({ message: "others than the owner may read the key file" }),
  ]);
});

test("policies and the key of the first one are read, the key from a path relative to the policy", () => {
  const overlay = write("team.yaml", "version: 1\nunknown: drop\n");
  write("key", `${SECRET.toString("base64")}\n`);
  const loaded = loadPolicy([writePolicy("file: key"), overlay]);
  expect(loaded.documents.map(({ source }) => source)).toEqual([join(folder, "policy.yaml"), overlay]);
  expect(loaded.pseudonymKey).toEqual({ version: 3, secret: SECRET });
  expect(loaded.warnings).toEqual([]);
  const plan = compilePolicy(loaded.documents, loaded);
  expect(plan.decide("user.email", 0).action.kind).toBe("pseudonym");
  expect(plan.pseudonymKey?.version).toBe(3);
});

test("a key may come from the environment", () => {
  const file = writePolicy("env: SHOP_KEY");
  expect(
    loadPolicy([file], { env: { SHOP_KEY: SECRET.toString("base64url") } }).pseudonymKey?.secret,
  ).toEqual(SECRET);
});

test.skipIf(process.platform === "win32")("a key file that others may read is a warning", () => {
  write("open-key", SECRET.toString("base64"), 0o644);
  expect(loadPolicy([writePolicy("file: open-key")]).warnings).toEqual([
    {
      source: join(folder, "policy.yaml"),
      path: "keys.pseudonym.file",
      line: 3,
      message: "others than the owner may read the key file",
      hint: `chmod 600 ${join(folder, "open-key")}`,
    },
  ]);
});

test("no files load to the default policy", () => {
  const loaded = loadPolicy([]);
  expect(compilePolicy(loaded.documents, loaded).name).toBe("default");
});

const KEYS: readonly [name: string, source: string, path: string, message: RegExp][] = [
  ["that is not there", "file: missing", "keys.pseudonym.file", /^can't read .*missing: no such file/],
  ["that is a folder", "file: .", "keys.pseudonym.file", /^can't read .*: EISDIR/],
  ["that is too short", "file: short", "keys.pseudonym", /^the key is not 32 to 1024 bytes in base64/],
  ["that is too long", "file: long", "keys.pseudonym.file", /larger than 2048 bytes/],
  ["that is not base64", "file: binary", "keys.pseudonym", /^the key is not 32 to 1024 bytes in base64/],
  [
    "in a variable that is not set",
    "env: MISSING",
    "keys.pseudonym.env",
    /^environment variable MISSING is not set/,
  ],
];

test.each(KEYS)("a key %s is refused", (_name, source, path, message) => {
  write("short", SECRET.subarray(1).toString("base64"));
  write("long", "A".repeat(2049));
  write("binary", SECRET);
  expect(() => loadPolicy([writePolicy(source)], { env: {} })).toThrow(
    expect.objectContaining({
      code: "POLICY_KEY_MISSING",
      path,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/openssl rand -base64 32/),
    }),
  );
});

const FILES: readonly [name: string, content: string | Uint8Array | undefined, message: RegExp][] = [
  ["that is not there", undefined, /no such file/],
  ["that is not UTF-8", Uint8Array.of(0x76, 0xff), /not UTF-8/],
  ["that is too large", "#".repeat(1_048_577), /larger than 1048576 bytes/],
];

test.each(FILES)("a policy %s is refused", (_name, content, message) => {
  const file = content === undefined ? join(folder, "missing.yaml") : write("bad.yaml", content);
  expect(() => loadPolicy([file])).toThrow(
    expect.objectContaining({
      code: "CONFIG_UNREADABLE",
      path: file,
      message: expect.stringMatching(message),
    }),
  );
});

function sealing(file: string): string {
  return write(
    "sealing.yaml",
    `version: 1\nkeys: { seal: { file: ${file} } }\nclasses: { credential: seal }\n`,
  );
}

test("the public key that values are sealed to is read", () => {
  const { publicKey } = generateKeyPairSync("x25519");
  write("reveal.pub", publicKey.export({ type: "spki", format: "pem" }));
  const loaded = loadPolicy([sealing("reveal.pub")]);
  expect(loaded.sealKey?.recipient.equals(publicKey)).toBe(true);
  expect(loaded.sealKey?.tenant).toBe("default");
  expect(compilePolicy(loaded.documents, loaded).decide("api_key", 0).action.kind).toBe("seal");
});

const PEM = { type: "pkcs8", format: "pem" } as const;

test.each([
  ["that is not there", undefined, /no such file/],
  ["that is a private one", generateKeyPairSync("x25519").privateKey.export(PEM), /no public x25519 key/],
  ["that is no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", /no public x25519 key/],
  [
    "for signatures",
    generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }),
    /no public x25519 key/,
  ],
])("a key for sealing %s is refused, and not quoted", (_, pem, reason) => {
  if (pem !== undefined) write("other.pub", pem);
  const load = () => loadPolicy([sealing(pem === undefined ? "absent.pub" : "other.pub")]);
  expect(load).toThrow(
    expect.objectContaining({ code: "POLICY_KEY_MISSING", message: expect.stringMatching(reason) }),
  );
  expect(load).not.toThrow(/AAAA/);
});

test.each([
  ["without a key", "version: 1\nclasses: { credential: seal }", "classes.credential"],
  ["whose key was not given", "version: 1\nkeys: { seal: { file: x } }", "keys.seal"],
])("a policy that seals %s is refused where it is compiled", (_, text, path) => {
  expect(() => compilePolicy([parsePolicy(text, "p.yaml")])).toThrow(
    expect.objectContaining({ code: "POLICY_KEY_MISSING", path }),
  );
});
