import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface KeyPairFiles {
  readonly cert: string;
  readonly key: string;
}

/** A folder with an authority of its own, which signs what a test asks for. */
export interface Authority {
  readonly folder: string;
  /** Its certificate. */
  readonly ca: string;
  sign(name: string, options?: SignOptions): KeyPairFiles;
  remove(): void;
}

export interface SignOptions {
  readonly subject?: string;
  /** What it is for; a client or a server by default both. */
  readonly extendedKeyUsage?: string;
  readonly subjectAltName?: string;
  /** Below 0 it has expired. */
  readonly days?: number;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), "scrim-tls-"));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  openssl(
    "req",
    "-x509",
    ...NEW_KEY,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=authority",
    "-days",
    "30",
  );
  return {
    folder,
    ca: at("ca.pem"),
    sign(name, options = {}) {
      const { subject = `/O=Shop/CN=${name}`, days = 30 } = options;
      const { extendedKeyUsage = "serverAuth,clientAuth", subjectAltName = "DNS:localhost,IP:127.0.0.1" } =
        options;
      writeFileSync(
        at("extensions"),
        `extendedKeyUsage=${extendedKeyUsage}\nsubjectAltName=${subjectAltName}\n`,
      );
      openssl("req", "-new", ...NEW_KEY, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", subject);
      const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", String(days)];
      openssl(
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        ...signed,
        "-extfile",
        "extensions",
        "-out",
        `${name}.pem`,
      );
      chmodSync(at(`${name}.key`), 0o600);
      return { cert: at(`${name}.pem`), key: at(`${name}.key`) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What a client or server of TLS is made with. */
export function pemOf({ cert, key }: KeyPairFiles): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}
