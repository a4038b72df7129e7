import { constants, createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { resolve } from "node:path";
import { createSecureContext, type Server, type TlsOptions } from "node:tls";
import { OperatingError } from "@scrim/errors";
import type { ComponentContext } from "@scrim/pipeline";
import { readPemFile } from "./pem-file.ts";
import type { ServerTlsConfig } from "./server-tls-config.ts";
import { TLS_CERTIFICATE_END, TLS_RELOADS } from "./tls-metrics.ts";

/** The TLS of one listener. */
export interface ServerTls {
  /** For the server that is made with it. */
  options(): TlsOptions;
  /** Looks after a server: what changes in the files holds for its connections from then on. */
  attach(server: Pick<Server, "setSecureContext">): void;
  /**
   * Reads the files of another configuration, and changes nothing yet.
   *
   * @returns what takes them over: it can't fail
   * @throws {OperatingError} as when it was made
   */
  prepare(config: ServerTlsConfig, context: ComponentContext): () => void;
  /**
   * Reads the files now, and takes them over if they have changed. Connections stay. Files that can't be used leave the
   * last good ones in force, with a warning if they are no better at the next look.
   */
  reload(): void;
  /** Reads no more. */
  stop(): void;
}

/** What the files hold, checked. */
interface Loaded {
  readonly digest: string;
  readonly options: TlsOptions;
  readonly certificate: X509Certificate;
  readonly openKeyFile: string | undefined;
}

/**
 * Reads and checks the files of a listener's TLS.
 *
 * @param path the key that holds the section: `receivers.otlp.protocols.http.tls`
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `KEY_INVALID`
 */
export function createServerTls(first: ServerTlsConfig, path: string, context: ComponentContext): ServerTls {
  const { log, metrics } = context;
  const labels = { component: path };
  const reloads = (outcome: "success" | "failure") => metrics.counter(TLS_RELOADS, { ...labels, outcome });
  let config = first;
  let loaded = load(config, path, context);
  let server: Pick<Server, "setSecureContext"> | undefined;
  /** What was wrong at the last look, and whether it was said. */
  let complaint = { line: "", isSaid: false };
  let timer: NodeJS.Timeout | undefined;
  reloads("success");
  reloads("failure");
  metrics.observe(TLS_CERTIFICATE_END, labels, () => endOf(loaded.certificate) / MS_PER_SECOND);
  sayWeakness(loaded);

  function sayWeakness({ openKeyFile, certificate }: Loaded): void {
    if (openKeyFile !== undefined)
      log.warn(`${path}.key_file: others than the owner may read the key`, `chmod 600 ${openKeyFile}`);
    if (endOf(certificate) < Date.now())
      log.warn(
        `${path}.cert_file: the certificate has expired`,
        "clients will refuse it: put a new one there",
      );
  }

  function take(next: Loaded): void {
    complaint = { line: "", isSaid: false };
    if (next.digest === loaded.digest) return;
    server?.setSecureContext(next.options);
    loaded = next;
    reloads("success").add(1);
    log.info(`${path}: the files have changed, and hold from now on`);
    sayWeakness(next);
  }

  function reload(): void {
    try {
      take(load(config, path, context));
    } catch (error) {
      const { line, hint } = error instanceof OperatingError ? error : { line: `${path}: can't be used` };
      // A certificate and its key don't change at one moment: what is wrong is said if it stays so.
      const isNew = line !== complaint.line;
      if (isNew) complaint = { line, isSaid: false };
      if (isNew || complaint.isSaid) return;
      complaint = { line, isSaid: true };
      reloads("failure").add(1);
      log.warn(`${line}; the last good files stay in force`, hint);
    }
  }

  function watch(): void {
    clearInterval(timer);
    timer = setInterval(reload, config.reload_interval).unref();
  }

  return {
    options: () => loaded.options,
    attach(attached) {
      server = attached;
      watch();
    },
    prepare(next, ownContext) {
      const files = load(next, path, ownContext);
      return () => {
        config = next;
        take(files);
        watch();
      };
    },
    reload,
    stop() {
      clearInterval(timer);
    },
  };
}

const MS_PER_SECOND = 1_000;

function endOf(certificate: X509Certificate): number {
  return Date.parse(certificate.validTo);
}

function load(
  config: ServerTlsConfig,
  path: string,
  { baseDir, dependsOn }: Pick<ComponentContext, "baseDir" | "dependsOn">,
): Loaded {
  const read = (key: "cert_file" | "key_file" | "client_ca_file") => {
    const file = resolve(baseDir, config[key]!);
    dependsOn(file);
    return readPemFile(file, `${path}.${key}`);
  };
  const cert = read("cert_file");
  const key = read("key_file");
  const ca = config.client_ca_file === undefined ? undefined : read("client_ca_file");
  const certificate = parse(
    `${path}.cert_file`,
    "a certificate in PEM",
    () => new X509Certificate(cert.bytes),
  );
  const privateKey = parse(`${path}.key_file`, "a private key in PEM", () => createPrivateKey(key.bytes));
  if (ca !== undefined)
    parse(`${path}.client_ca_file`, "a certificate in PEM", () => new X509Certificate(ca.bytes));
  if (!certificate.checkPrivateKey(privateKey))
    throw new OperatingError("KEY_INVALID", "the key is not the certificate's", {
      path: `${path}.key_file`,
      hint: "name the key that the certificate in cert_file was made for",
    });
  const options: TlsOptions = {
    cert: cert.bytes,
    key: key.bytes,
    minVersion: config.min_version === "1.3" ? "TLSv1.3" : "TLSv1.2",
    // A resumed session would keep what was believed of its client before the files changed. A handshake in the middle of a
    // connection costs us more than the client, and HTTP/2 forbids it (https://www.rfc-editor.org/rfc/rfc9113#section-9.2.1).
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
    ...(ca === undefined ? {} : { ca: ca.bytes, requestCert: true, rejectUnauthorized: true }),
  };
  parse(path, "files that TLS can use", () => createSecureContext(options));
  const digest = createHash("sha256").update(config.min_version);
  for (const file of [cert, key, ca]) digest.update(`${file?.bytes.length ?? -1}:`).update(file?.bytes ?? "");
  return {
    digest: digest.digest("hex"),
    options,
    certificate,
    openKeyFile: key.isOpenToOthers ? resolve(baseDir, config.key_file) : undefined,
  };
}

function parse<T>(path: string, what: string, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    throw new OperatingError("KEY_INVALID", `the file does not hold ${what}`, {
      path,
      hint: "PEM begins with -----BEGIN",
      cause,
    });
  }
}
