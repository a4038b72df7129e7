import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateNoteKeys, type NoteKeyTexts } from "@scrim/audit";
import { type Clock, systemClock } from "@scrim/grants";
import type { Store } from "../../src/index.ts";
import type { AccessRules } from "../../src/requests/access-rules.ts";
import type { Place, StoreKind } from "../stores.ts";
import { RULES_WITHOUT_QUOTAS } from "./cast.ts";
import { SERVICE_KEYS } from "./keys.ts";
import { type AtPoint, filesWithPoints, storeWithPoints } from "./points.ts";
import { openPlane, type RunningPlane } from "./running-plane.ts";

// What is tested is not the disk: in memory it goes four times as fast.
if (existsSync("/dev/shm")) process.env.TMPDIR = "/dev/shm";

/** A place where planes run side by side on the same documents, each with a log of its own. */
export interface Stage {
  readonly place: Place;
  readonly folder: string;
  /** Opens a plane: the first, second… by name, with the log of that name. */
  open(name: string, options?: StagedOptions): Promise<StagedPlane>;
  /** Logs by name, as `expectAgreement` takes them. */
  logs(): { readonly directory: string; readonly publicKey: string }[];
  /** The keys of the log of that name. */
  keys(name: string): NoteKeyTexts;
  remove(): Promise<void>;
}

interface StagedOptions {
  readonly clock?: Clock;
  readonly rules?: AccessRules;
  /** Is called at each point at which store or log are written. */
  readonly at?: AtPoint;
}

export interface StagedPlane extends RunningPlane {
  readonly store: Store;
  readonly directory: string;
}

export async function openStage(kind: StoreKind): Promise<Stage> {
  const place = await kind.place();
  const folder = mkdtempSync(join(tmpdir(), "scrim-stage-"));
  const keys = new Map<string, NoteKeyTexts>();
  const open: StagedPlane[] = [];
  const keysOf = (name: string) => {
    if (!keys.has(name)) keys.set(name, generateNoteKeys("log", `shop.example/${name}`));
    return keys.get(name)!;
  };
  return {
    place,
    folder,
    async open(name, { clock = systemClock, rules = RULES_WITHOUT_QUOTAS, at = () => undefined } = {}) {
      const own = await place.open();
      const store = storeWithPoints(own, at);
      const directory = join(folder, name);
      let running: RunningPlane;
      try {
        running = await openPlane({
          store,
          directory,
          clock,
          rules,
          logKeys: keysOf(name),
          files: filesWithPoints(at),
        });
      } catch (error) {
        await own.close();
        throw error;
      }
      const staged: StagedPlane = {
        ...running,
        store,
        directory,
        async close() {
          open.splice(open.indexOf(staged), 1);
          await running.close();
          await own.close();
        },
      };
      open.push(staged);
      return staged;
    },
    logs: () => [...keys].map(([name, { publicKey }]) => ({ directory: join(folder, name), publicKey })),
    keys: keysOf,
    async remove() {
      for (const staged of [...open]) await staged.close();
      await place.remove();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Enrols a service, by whoever may. */
export async function enrol(running: RunningPlane, service: string, environment: string): Promise<void> {
  const body = { service, environment, public_key: SERVICE_KEYS[0].text };
  const { status } = await running.ask({ name: "op" }, { path: "/v1/services", body });
  if (status !== 201) throw new Error(`not enrolled: ${status}`);
}

/** What ana asks for: traces of one service. */
export function askedFor(environment: "staging" | "production", tracesMax = 5) {
  return {
    scope: {
      capability: "capture",
      services: ["pay"],
      environments: [environment],
      selector: { where: 'http.route == "/pay"' },
      traces_max: tracesMax,
    },
    reason: "refunds fail",
    duration_s: 600,
    ...(environment === "production" && { ticket: "OPS-1" }),
  };
}
