import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { AuditLog, readSigner } from "@scrim/audit";
import { followFile, readOwnedFile } from "@scrim/authentication";
import { OperatingError } from "@scrim/errors";
import type { Endpoint } from "@scrim/gateway";
import { type Key, readPrivateKey, readPublicKey } from "@scrim/grants";
import { createAuthenticate } from "./authentication/create-authenticate.ts";
import { createAuthorize } from "./authorization/create-authorize.ts";
import { KeyRotation } from "./bundles/key-rotation.ts";
import { followKeySet } from "./bundles/served-key-set.ts";
import type { AccessConfig } from "./config/access-config.ts";
import { parseSecrets } from "./config/access-secrets.ts";
import { ControlPlane } from "./control-plane.ts";
import { openDirectory } from "./directory/open-directory.ts";
import { auditRoutes } from "./http/routes/audit-routes.ts";
import { bundleRoutes } from "./http/routes/bundle-routes.ts";
import { grantRoutes } from "./http/routes/grant-routes.ts";
import { keySetRoute } from "./http/routes/key-set-route.ts";
import { metaRoutes } from "./http/routes/meta-routes.ts";
import { policyBundleRoutes } from "./http/routes/policy-bundle-routes.ts";
import { policyRoutes } from "./http/routes/policy-routes.ts";
import { requestRoutes } from "./http/routes/request-routes.ts";
import { serviceRoutes } from "./http/routes/service-routes.ts";
import { serveRoutes } from "./http/serve-routes.ts";
import { type RunningServer, startServer, type TlsTexts } from "./http/start-server.ts";
import { isAddress } from "./notifications/notification-config.ts";
import { type Destination, Notifier } from "./notifications/notifier.ts";
import { tellTargets } from "./notifications/tell.ts";
import { readWebhookSecret } from "./notifications/webhook-signature.ts";
import { compileRules } from "./requests/access-rules.ts";
import { CAPABILITIES, type Capability } from "./requests/scope.ts";
import { PostgresStore } from "./store/postgres/postgres-store.ts";
import { readPostgresUrl } from "./store/postgres/postgres-url.ts";
import { SqliteStore } from "./store/sqlite/sqlite-store.ts";
import type { Store } from "./store/store.ts";

const KEY_BYTES_MAX = 65_536;

export interface StartAccessOptions {
  readonly config: AccessConfig;
  /** Where its paths begin. */
  readonly baseDir: string;
  /** What can be asked for; all unless given. */
  readonly capabilities?: readonly Capability[];
  /** Hears of what goes wrong while it runs. */
  readonly told: (problem: unknown) => void;
  /** For tests of how bundles are replaced, in milliseconds. */
  readonly refreshMs?: number;
  /** For tests of how keys are replaced: how long clients have had a key before it signs, in milliseconds. */
  readonly settledMs?: number;
}

/** The control plane, while it runs. */
export interface Access {
  /** Where it listens: the port is the one taken, if 0 was asked for. */
  readonly endpoint: Endpoint;
  readonly isTls: boolean;
  shutdown(): Promise<void>;
}

/**
 * Starts the control plane.
 *
 * @throws {OperatingError} `CONFIG_INVALID`, `CONFIG_UNREADABLE`, `KEY_INVALID`, `STORE_UNUSABLE`, `LISTEN_FAILED`
 */
export async function startAccess(options: StartAccessOptions): Promise<Access> {
  const { config, baseDir, told, capabilities = CAPABILITIES } = options;
  const at = (file: string) => resolve(baseDir, file);
  const secret = (file: string) =>
    readOwnedFile({ path: at(file), isPrivate: true, bytesMax: KEY_BYTES_MAX });
  const { keys, audit } = config;
  const signer = readSigner("log", secret(audit.key_file), audit.key_file);
  const fixedKey =
    keys.set_file === undefined ? signingKey(keys.signing_file, secret(keys.signing_file)) : undefined;
  const policySigning =
    keys.policy_file === undefined
      ? undefined
      : readPrivateKey("policy", secret(keys.policy_file), keys.policy_file);
  const secrets = parseSecrets(secret(keys.secrets_file), keys.secrets_file);
  const directory = openDirectory({ path: at(config.directory_file), told });
  const authenticate = createAuthenticate(config.authentication, directory, { baseDir, told });
  const authorize = createAuthorize(config.authorization, { baseDir, told });
  const rules = compileRules(config.rules);
  const tls = config.tls === undefined ? undefined : tlsTexts(config.tls, at, secret);

  const destinations = config.notifications.map((target) => destinationOf(target, secret));

  const closing: (() => unknown)[] = [];
  const shutdown = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const store = await openStore(config, at);
    closing.push(() => store.close());
    const logDirectory = at(audit.directory);
    const log = await AuditLog.open({
      directory: logDirectory,
      signer,
      create: true,
      heartbeatMs: audit.heartbeat,
      told,
    });
    closing.push(() => log.close());
    const plane = await ControlPlane.open({
      store,
      log,
      logDirectory,
      origin: signer.name,
      pseudonyms: secrets.pseudonyms,
      rules,
      directory,
      authorize,
      capabilities,
      tell: tellTargets(config.notifications),
      stricterNeedsApproval: config.policies.stricter_needs_approval,
      told,
    });
    closing.push(() => plane.close());
    const notifier = new Notifier({ store, destinations, nowS: () => plane.clock.nowS(), told });
    closing.push(() => notifier.close());
    const rotation = fixedKey === undefined ? openRotation(plane, options) : undefined;
    if (rotation !== undefined) closing.push(() => rotation.close());
    const bundles = bundleRoutes(plane, {
      signing: rotation ?? { current: fixedKey! },
      grantsSecret: secrets.grants,
      hasReveals: capabilities.includes("reveal"),
      ...(options.refreshMs !== undefined && { refreshMs: options.refreshMs }),
    });
    rotation?.onChange(() => bundles.push());
    const policies = policyBundleRoutes(plane, policySigning, options.refreshMs);
    const routes = [
      ...requestRoutes(plane),
      ...grantRoutes(plane),
      ...serviceRoutes(plane),
      ...bundles.routes,
      ...(rotation === undefined ? [] : [keySetRoute(rotation)]),
      ...policyRoutes(plane),
      ...policies.routes,
      ...auditRoutes(plane, logDirectory, signer.name, audit.tenant),
    ];
    const app = serveRoutes([...metaRoutes(routes), ...routes], {
      authenticate,
      isTls: tls !== undefined,
      told,
    });
    const server: RunningServer = await startServer({
      endpoint: config.listen,
      path: "listen",
      tls,
      fetch: app.fetch as never,
    });
    closing.push(() => server.close());
    closing.push(() => bundles.close()); // first: a server that closes waits for its streams
    closing.push(() => policies.close());
    return { endpoint: server.endpoint, isTls: tls !== undefined, shutdown };
  } catch (error) {
    await shutdown();
    throw error;
  }
}

/**
 * The keys by a root's set, which may change while this runs; undefined where no set is configured.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `KEY_INVALID`, `BUNDLE_REFUSED`
 */
function openRotation(plane: ControlPlane, options: StartAccessOptions): KeyRotation | undefined {
  const { config, baseDir, told, capabilities = CAPABILITIES, settledMs } = options;
  const { set_file, root_files, signing_file } = config.keys;
  if (set_file === undefined || root_files === undefined) return undefined;
  const at = (file: string) => resolve(baseDir, file);
  const roots = root_files.map((file) => readPublicKey("root", readPublicText(at(file)), file));
  return new KeyRotation({
    key: followFile({
      path: at(signing_file),
      isPrivate: true,
      bytesMax: KEY_BYTES_MAX,
      told,
      parse: (text) => signingKey(signing_file, text),
    }),
    keyFile: signing_file,
    set: followKeySet({ path: at(set_file), roots, told }),
    uses: capabilities.includes("reveal") ? ["grants", "reveals"] : ["grants"],
    log: (events) =>
      plane.perform(undefined, undefined, {
        do: async (act) => {
          for (const event of events) act.audit(event);
        },
      }),
    told,
    ...(settledMs !== undefined && { settledMs }),
  });
}

function signingKey(file: string, text: string): Key {
  return readPrivateKey("signing", text, file);
}

/** @throws {OperatingError} `CONFIG_UNREADABLE`, also where others may write it: who does says whom to trust */
function readPublicText(path: string): string {
  return readOwnedFile({ path, isPrivate: false, bytesMax: KEY_BYTES_MAX });
}

/** @throws {OperatingError} `CONFIG_UNREADABLE`, `KEY_INVALID` */
function destinationOf(
  { name, url, url_file, secret_file, format }: AccessConfig["notifications"][number],
  secret: (file: string) => string,
): Destination {
  const address = url ?? secret(url_file!).trim();
  if (!isAddress(address)) {
    throw new OperatingError("CONFIG_INVALID", "it holds no https address without credentials", {
      path: `notifications: ${url_file}`,
    });
  }
  return {
    name,
    url: address,
    secret: secret_file === undefined ? undefined : readWebhookSecret(secret(secret_file), secret_file),
    format,
  };
}

async function openStore({ store }: AccessConfig, at: (file: string) => string): Promise<Store> {
  if ("sqlite_file" in store) return await SqliteStore.open({ path: at(store.sqlite_file) });
  return await PostgresStore.open({ url: readPostgresUrl({ file: at(store.postgres_url_file) }) });
}

function tlsTexts(
  { cert_file, key_file, client_ca_file }: NonNullable<AccessConfig["tls"]>,
  at: (file: string) => string,
  secret: (file: string) => string,
): TlsTexts {
  const text = (file: string) => readFileSync(at(file), "utf8");
  return {
    cert: text(cert_file),
    key: secret(key_file),
    ...(client_ca_file !== undefined && { clientCa: text(client_ca_file) }),
  };
}
