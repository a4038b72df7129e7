import { X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type ConnectionOptions, createSecureContext } from "node:tls";
import { OperatingError } from "@scrim/errors";
import type { ComponentContext } from "@scrim/pipeline";
import type { ClientTlsConfig } from "./client-tls-config.ts";
import { readPemFile } from "./pem-file.ts";
import { TLS_RELOADS } from "./tls-metrics.ts";

/** What a client checks servers by, and shows them. */
export interface ClientCredentials {
  /** Options for new connections: as the files are now, or were when they were last good. Another object after a change. */
  readonly current: ConnectionOptions;
}

const FILE_KEYS = ["ca_file", "cert_file", "key_file"] as const;

/**
 * Loads the files of a `tls` section, and looks at them again when asked for, once an interval. Nothing runs in between,
 * and nothing has to be closed.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE` or `CONFIG_INVALID` where the files are no good to begin with
 */
export function followClientCredentials(
  config: ClientTlsConfig,
  context: ComponentContext,
): ClientCredentials {
  let stamp = stampOf(config, context); // before they are read: what is written meanwhile has another
  let current = load(config, context);
  let lookedAt = performance.now();
  const countReload = (outcome: string) =>
    context.metrics.counter(TLS_RELOADS, { component: context.path, outcome }).add(1);

  function reload(): void {
    try {
      current = load(config, context);
      countReload("success");
      context.log.info(`${context.path}.tls: certificates loaded again`);
    } catch (error) {
      countReload("failure");
      const { message, path } = error as OperatingError;
      context.log.warn(`${path}: ${message}`, "the files that were loaded before stay in force");
    }
  }

  return {
    get current() {
      const now = performance.now();
      if (now - lookedAt < config.reload_interval) return current;
      lookedAt = now;
      const found = stampOf(config, context);
      if (found !== stamp) {
        stamp = found;
        reload();
      }
      return current;
    },
  };
}

function load(config: ClientTlsConfig, { path, baseDir, log }: ComponentContext): ConnectionOptions {
  const [ca, cert, key] = FILE_KEYS.map((name) => {
    const file = config[name];
    if (file === undefined) return undefined;
    const { bytes, isOpenToOthers } = readPemFile(resolve(baseDir, file), `${path}.tls.${name}`);
    if (name === "key_file" && isOpenToOthers)
      log.warn(`${path}.tls.key_file: others than its owner may read or write the key`, `chmod 600 ${file}`);
    return bytes.toString("latin1");
  });
  if (ca !== undefined) checkCertificates(ca, `${path}.tls.ca_file`);
  if (cert !== undefined) checkCertificates(cert, `${path}.tls.cert_file`);
  if (cert !== undefined && key !== undefined) checkPair(cert, key, `${path}.tls.key_file`);
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(config.server_name_override !== undefined && { servername: config.server_name_override }),
    minVersion: `TLSv${config.min_version}`,
    // Said outright, as NODE_TLS_REJECT_UNAUTHORIZED would otherwise decide.
    rejectUnauthorized: true,
  };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** TLS takes a file without a certificate for an empty one, and then trusts nobody or shows nothing. */
function checkCertificates(pem: string, path: string): void {
  const blocks = pem.match(CERTIFICATE) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    throw notPem(path, "a certificate in the file is broken");
  }
  if (blocks.length === 0) throw notPem(path, "the file holds no certificate");
}

function checkPair(cert: string, key: string, path: string): void {
  try {
    createSecureContext({ cert, key });
  } catch {
    throw notPem(path, "not the private key of the certificate, or encrypted");
  }
}

function notPem(path: string, message: string): OperatingError {
  return new OperatingError("CONFIG_INVALID", message, {
    path,
    hint: "files are PEM: -----BEGIN CERTIFICATE-----, or a private key without a passphrase",
  });
}

function stampOf(config: ClientTlsConfig, { baseDir }: ComponentContext): string {
  return FILE_KEYS.map((name) => {
    const file = config[name];
    return file === undefined ? "" : stampOfFile(resolve(baseDir, file));
  }).join("|");
}

function stampOfFile(file: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return "unreadable";
  }
}
