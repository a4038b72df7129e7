import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatEndpoint } from "@scrim/gateway";
import {
  BundleIntake,
  type BundleSource,
  GrantSet,
  generateKeys,
  HttpSource,
  readPrivateKey,
  readPublicKey,
} from "@scrim/grants";
import { onTestFinished, vi } from "vitest";
import {
  type GrantServer,
  type GrantServerOptions,
  startGrantServer,
} from "../src/grant-server/start-grant-server.ts";
import { changeStore, type GrantStore } from "../src/grants/grant-store.ts";
import { NAME, storedService } from "./stores.ts";

const signing = generateKeys("signing");
const service = generateKeys("service");

/** A server over a store with one enrolled service, stopped when the test has ended. */
export interface RunningServer {
  readonly url: string;
  readonly bundleUrl: string;
  readonly storePath: string;
  readonly problems: unknown[];
  change(change: (store: GrantStore) => GrantStore): Promise<void>;
  /** Stops it, and starts another on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startServer(changes: Partial<GrantServerOptions> = {}): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-grant-server-"));
  const storePath = join(folder, "grants.json");
  const problems: unknown[] = [];
  const change = (by: (store: GrantStore) => GrantStore) => changeStore(storePath, Date.now() / 1000, by);
  await change((store) => ({ ...store, services: [storedService(service.publicKey)] }));
  const options: GrantServerOptions = {
    storePath,
    signing: readPrivateKey("signing", signing.privateKey, "signing.key"),
    endpoint: { host: "127.0.0.1", port: 0 },
    told: (problem) => problems.push(problem),
    ...changes,
  };
  let server: GrantServer | undefined = await startGrantServer(options);
  const { endpoint } = server;
  const stop = async () => {
    await server?.shutdown();
    server = undefined;
  };
  onTestFinished(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });
  const url = `http://${formatEndpoint(endpoint)}`;
  return {
    url,
    bundleUrl: `${url}/v1/bundles/${NAME.service}/${NAME.environment}`,
    storePath,
    problems,
    change,
    stop,
    async restart() {
      await stop();
      server = await startGrantServer({ ...options, endpoint });
    },
  };
}

/** The grants of a process of the service that listens to a server, over the client that SDK and gateway have. */
export function listening(url: string, authorization?: () => string) {
  const grants = new GrantSet();
  const problems: unknown[] = [];
  const versions: number[] = [];
  const intake = new BundleIntake(grants, {
    audience: NAME,
    trusted: [readPublicKey("signing", signing.publicKey, "signing.pub")],
    own: [readPrivateKey("service", service.privateKey, "checkout.key")],
    versions: { read: () => undefined, write: ({ version }) => versions.push(version) },
  });
  const source: BundleSource = new HttpSource({
    url,
    waitMinMs: 20,
    ...(authorization !== undefined && { authorization }),
  });
  source.start(intake, (problem) => problems.push(problem));
  onTestFinished(() => source.close());
  return { grants, problems, versions, source };
}

/** Waits for what takes milliseconds, and on a machine that is busy otherwise seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(condition, { timeout: 20_000, interval: 5 });
}
