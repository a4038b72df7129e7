import { ACCESS_LOGS } from "./aliases/access-logs.ts";
import { AWS } from "./aliases/aws.ts";
import { AZURE } from "./aliases/azure.ts";
import { CLOUDFLARE } from "./aliases/cloudflare.ts";
import { DATADOG } from "./aliases/datadog.ts";
import { ECS } from "./aliases/ecs.ts";
import { RAILS, SPRING } from "./aliases/frameworks.ts";
import { GCP } from "./aliases/gcp.ts";
import { GELF } from "./aliases/gelf.ts";
import { KUBERNETES_AUDIT } from "./aliases/kubernetes-audit.ts";
import { LOG4J } from "./aliases/log4j.ts";
import { BUNYAN, PINO, WINSTON } from "./aliases/node-loggers.ts";
import { SYSLOG } from "./aliases/syslog.ts";
import type { World } from "./aliases/world.ts";
import { entryOf } from "./catalogue/judgement.ts";
import { CATALOGUE } from "./catalogue.ts";
import type { CatalogueEntry } from "./catalogue-entry.ts";

/** Loggers, clouds and products whose names we know. */
export const WORLDS: readonly World[] = [
  ACCESS_LOGS,
  AWS,
  AZURE,
  BUNYAN,
  CLOUDFLARE,
  DATADOG,
  ECS,
  GCP,
  GELF,
  KUBERNETES_AUDIT,
  LOG4J,
  PINO,
  RAILS,
  SPRING,
  SYSLOG,
  WINSTON,
];

/** What each name of these worlds means, as they spell it. Worlds that share a name give it one class. */
export const ALIASES: ReadonlyMap<string, CatalogueEntry> = new Map(WORLDS.flatMap(aliasesOf));

/** The names of one world. */
export function aliasesOf({ alike, judged = [] }: World): [name: string, entry: CatalogueEntry][] {
  const similar = Object.entries(alike).flatMap(([canonical, names]) =>
    names.map((name): [string, CatalogueEntry] => [name, CATALOGUE.get(canonical)!]),
  );
  const own = judged.flatMap((judgement) =>
    judgement.names.map((name): [string, CatalogueEntry] => [name, entryOf(judgement, name)]),
  );
  return [...similar, ...own];
}
