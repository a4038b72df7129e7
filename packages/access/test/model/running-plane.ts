import { AuditLog, type FileSystem, type NoteKeyTexts, readSigner } from "@scrim/audit";
import type { Clock } from "@scrim/grants";
import { ControlPlane } from "../../src/control-plane.ts";
import { bundleRoutes } from "../../src/http/routes/bundle-routes.ts";
import { grantRoutes } from "../../src/http/routes/grant-routes.ts";
import { requestRoutes } from "../../src/http/routes/request-routes.ts";
import { serviceRoutes } from "../../src/http/routes/service-routes.ts";
import { serveRoutes } from "../../src/http/serve-routes.ts";
import type { Authorize, Directory, Store } from "../../src/index.ts";
import type { AccessRules } from "../../src/requests/access-rules.ts";
import { authorize as castAuthorize, DIRECTORY, RULES } from "./cast.ts";
import { LOG_KEYS, PSEUDONYMS, SIGNING } from "./keys.ts";

/** Who calls, and for whom. */
export interface Caller {
  readonly name: string;
  readonly actingFor?: string;
}

export interface Answer {
  readonly status: number;
  /** What it says, or is; `reason` of a refusal. */
  // biome-ignore lint/suspicious/noExplicitAny: a body is whatever a route answers
  readonly body: any;
}

export interface Asked {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly key?: string;
}

export interface PlaneOptions {
  readonly store: Store;
  /** The log's folder. */
  readonly directory: string;
  readonly clock: Clock;
  readonly logKeys?: NoteKeyTexts;
  readonly files?: FileSystem;
  readonly rules?: AccessRules;
  readonly authorize?: Authorize;
  readonly people?: Directory;
}

/** A control plane that is asked as over HTTP, without a connection. */
export interface RunningPlane {
  readonly plane: ControlPlane;
  readonly log: AuditLog;
  /** What went wrong beside requests. */
  readonly problems: unknown[];
  ask(caller: Caller, asked: Asked): Promise<Answer>;
  /** Closes the log as well; the store is its owner's. */
  close(): Promise<void>;
}

/** @throws {OperatingError} where store and log don't agree */
export async function openPlane(options: PlaneOptions): Promise<RunningPlane> {
  const { store, directory, clock, logKeys = LOG_KEYS, people = DIRECTORY } = options;
  const signer = readSigner("log", logKeys.privateKey, "log.key");
  const log = await AuditLog.open({
    directory,
    signer,
    create: true,
    ...(options.files !== undefined && { files: options.files }),
  });
  const problems: unknown[] = [];
  const told = (problem: unknown) => problems.push(problem);
  let plane: ControlPlane;
  try {
    plane = await ControlPlane.open({
      store,
      log,
      logDirectory: directory,
      origin: signer.name,
      pseudonyms: PSEUDONYMS,
      rules: options.rules ?? RULES,
      directory: people,
      authorize: options.authorize ?? castAuthorize,
      capabilities: ["capture", "reveal", "probe"],
      tell: async () => undefined,
      stricterNeedsApproval: true,
      told,
      clock,
    });
  } catch (error) {
    await log.close();
    throw error;
  }
  const bundles = bundleRoutes(plane, {
    signing: { current: SIGNING.own },
    hasReveals: true,
    grantsSecret: Buffer.alloc(32, 8),
  });
  const routes = [...requestRoutes(plane), ...grantRoutes(plane), ...serviceRoutes(plane), ...bundles.routes];
  const app = serveRoutes(routes, {
    isTls: true,
    told,
    authenticate: async ({ authorization, actingFor }) =>
      people.principalOf(`token:${authorization?.slice("Bearer ".length)}`, actingFor, plane.clock.nowS()),
  });
  return {
    plane,
    log,
    problems,
    async ask({ name, actingFor }, { method = "POST", path, body, key }) {
      const headers = {
        authorization: `Bearer ${name}`,
        ...(actingFor !== undefined && { "scrim-acting-for": actingFor }),
        ...(key !== undefined && { "idempotency-key": key }),
        ...(body !== undefined && { "content-type": "application/json" }),
      };
      const request = new Request(`http://127.0.0.1${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const answer = await app.fetch(request, { incoming: { socket: {} } } as never);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const isJson = answer.headers.get("content-type")?.endsWith("json") ?? false;
      return { status: answer.status, body: isJson ? JSON.parse(bytes.toString()) : bytes };
    },
    async close() {
      plane.close();
      bundles.close();
      await log.close();
    },
  };
}
