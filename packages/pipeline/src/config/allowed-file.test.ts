import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ConfigFiles, filesAsRead } from "../files/config-files.ts";
import { expandEnvironment } from "./expand-environment.ts";

const root = mkdtempSync(join(tmpdir(), "scrim-files-"));
const allowed = join(root, "allowed");
const beside = join(root, "allowed-not");
for (const folder of [allowed, beside, join(allowed, "..data")]) mkdirSync(folder);
writeFileSync(join(allowed, "token"), "canary-token\n");
writeFileSync(join(allowed, "..data", "mounted"), "from a mount");
symlinkSync(join("..data", "mounted"), join(allowed, "mounted"));
writeFileSync(join(beside, "secret"), "canary-secret");
symlinkSync(join(beside, "secret"), join(allowed, "way-out"));
writeFileSync(join(allowed, "large"), "x".repeat(70_000));
writeFileSync(join(allowed, "bytes"), Buffer.from([0xff, 0xfe]));
symlinkSync(allowed, join(root, "linked"));

const FOLDER = { SCRIM_CONFIG_FILES: allowed };
const file = (name: string) => ({ exporters: { x: { token: `\${file:${name}}` } } });
const read = (name: string, environment: Record<string, string> = FOLDER, more = {}) =>
  (expandEnvironment(file(name), { environment, ...more }) as ReturnType<typeof file>).exporters.x.token;

test("a file beneath a folder that the environment names is filled in, without its last newline", () => {
  expect(read("token")).toBe("canary-token");
  expect(read(join(allowed, "token"))).toBe("canary-token");
  expect(read("mounted")).toBe("from a mount");
  expect(read("token", { CREDENTIALS_DIRECTORY: allowed })).toBe("canary-token");
  expect(read("token", { SCRIM_CONFIG_FILES: `${beside}:${allowed}` })).toBe("canary-token");
  expect(read("token", { SCRIM_CONFIG_FILES: join(root, "linked") })).toBe("canary-token");
});

test("where values were filled in is told, and each file is noted, also one that isn't there", () => {
  const filledIn: string[] = [];
  const files = new ConfigFiles();
  read("token", FOLDER, { filledIn: (path: readonly string[]) => filledIn.push(path.join(".")), files });
  expect(filledIn).toEqual(["exporters.x.token"]);
  expect(() => read("nothing", FOLDER, { files })).toThrow();
  expect(files.files).toEqual([join(allowed, "token"), join(allowed, "nothing")]);
});

test("what somebody else has read is taken in the place of the file, and only by the name that it was read by", () => {
  const files = new ConfigFiles();
  const name = join(allowed, "rotated");
  writeFileSync(name, "first");
  read("rotated", FOLDER, { files });
  files.read(join(beside, "secret"), 100);
  rmSync(name);
  const asRead = () => ({ files: new ConfigFiles(filesAsRead(files.contents)) });
  expect(read("rotated", FOLDER, asRead())).toBe("first");
  const absent = { code: "CONFIG_UNREADABLE", message: expect.stringContaining("no such file") };
  expect(() => read(name, FOLDER, asRead())).toThrow(expect.objectContaining(absent));
  expect(() => read(join(beside, "secret"), FOLDER, asRead())).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID" }),
  );
});

const REFUSED: readonly [name: string, file: string, environment: Record<string, string>, code: string][] = [
  ["outside of all folders", "/etc/passwd", FOLDER, "CONFIG_INVALID"],
  ["that isn't there, outside of all folders", "/etc/no-such-file", FOLDER, "CONFIG_INVALID"],
  ["reached by dots", "../allowed-not/secret", FOLDER, "CONFIG_INVALID"],
  ["reached by dots from an absolute path", `${allowed}/../allowed-not/secret`, FOLDER, "CONFIG_INVALID"],
  ["in a folder whose name begins alike", join(beside, "secret"), FOLDER, "CONFIG_INVALID"],
  ["that a link leads to", "way-out", FOLDER, "CONFIG_INVALID"],
  ["where no folder is named", "token", {}, "CONFIG_INVALID"],
  ["where the folder is a relative one", "token", { SCRIM_CONFIG_FILES: "." }, "CONFIG_INVALID"],
  ["where the folder's name is empty", "/etc/passwd", { SCRIM_CONFIG_FILES: "" }, "CONFIG_INVALID"],
  ["that is the folder itself", allowed, FOLDER, "CONFIG_INVALID"],
  ["that isn't there", "nothing", FOLDER, "CONFIG_UNREADABLE"],
  ["that is a folder", "..data", FOLDER, "CONFIG_UNREADABLE"],
  ["that is too large", "large", FOLDER, "CONFIG_UNREADABLE"],
  ["that is no text", "bytes", FOLDER, "CONFIG_UNREADABLE"],
  ["with NUL in its name", "token\0.txt", FOLDER, "CONFIG_UNREADABLE"],
];

test.each(REFUSED)("a file %s is refused", (_, name, environment, code) => {
  const refused = expect.objectContaining({ code, path: "exporters.x.token" });
  expect(() => read(name, environment)).toThrow(refused);
});

test("a pipe is refused, and nobody waits for it", () => {
  execFileSync("mkfifo", [join(allowed, "pipe")]);
  expect(() => read("pipe")).toThrow(expect.objectContaining({ code: "CONFIG_UNREADABLE" }));
});

test("what is filled in is not looked at again", () => {
  writeFileSync(join(allowed, "nested"), "${" + "env:HOME}");
  expect(read("nested")).toBe("${" + "env:HOME}");
});
