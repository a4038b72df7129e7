import { CLOUD } from "./catalogue/cloud.ts";
import { DATABASE } from "./catalogue/database.ts";
import { DELIVERY } from "./catalogue/delivery.ts";
import { DEVICE } from "./catalogue/device.ts";
import { GEN_AI } from "./catalogue/gen-ai.ts";
import { HOST } from "./catalogue/host.ts";
import { HTTP } from "./catalogue/http.ts";
import { entryOf, type Judgement } from "./catalogue/judgement.ts";
import { KUBERNETES } from "./catalogue/kubernetes.ts";
import { MESSAGING } from "./catalogue/messaging.ts";
import { NETWORK } from "./catalogue/network.ts";
import { PROCESS } from "./catalogue/process.ts";
import { RPC } from "./catalogue/rpc.ts";
import { RUNTIME } from "./catalogue/runtime.ts";
import { TELEMETRY } from "./catalogue/telemetry.ts";
import { TLS } from "./catalogue/tls.ts";
import { URLS } from "./catalogue/url.ts";
import { USER } from "./catalogue/user.ts";
import type { CatalogueEntry } from "./catalogue-entry.ts";
import { ATTRIBUTES, type Attribute, type AttributeName } from "./generated/attributes.ts";

/** Every judgement about attributes of the conventions. A misspelled name doesn't compile. */
export const JUDGEMENTS: readonly Judgement<AttributeName>[] = [
  ...CLOUD,
  ...DATABASE,
  ...DELIVERY,
  ...DEVICE,
  ...GEN_AI,
  ...HOST,
  ...HTTP,
  ...KUBERNETES,
  ...MESSAGING,
  ...NETWORK,
  ...PROCESS,
  ...RPC,
  ...RUNTIME,
  ...TELEMETRY,
  ...TLS,
  ...URLS,
  ...USER,
];

/**
 * Every attribute of the OpenTelemetry semantic conventions by name, in the order of names; templates stand
 * under the part before their key. Deprecated attributes are in it, since they are still emitted.
 */
export const CATALOGUE: ReadonlyMap<string, CatalogueEntry> = buildCatalogue();

function buildCatalogue(): Map<string, CatalogueEntry> {
  const judged = new Map<string, Judgement>(
    JUDGEMENTS.flatMap((judgement) => judgement.names.map((name) => [name, judgement])),
  );
  const catalogue = new Map<string, CatalogueEntry>();
  for (const { name, template = false, deprecated } of ATTRIBUTES as readonly Attribute[]) {
    const judgement = judged.get(name);
    if (judgement === undefined) continue; // a test names it: see catalogue.test.ts
    catalogue.set(name, {
      ...entryOf(judgement, name),
      template,
      ...(judgement.spec !== undefined && { page: pageOf(name) }),
      ...(deprecated !== undefined && { deprecated }),
    });
  }
  return catalogue;
}

/** The page of the conventions' registry that describes a name: one for each first part. */
function pageOf(name: string): string {
  const namespace = name.slice(0, name.indexOf(".")).replaceAll("_", "-");
  return `https://opentelemetry.io/docs/specs/semconv/registry/attributes/${namespace}/`;
}
