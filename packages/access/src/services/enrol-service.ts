import { OperatingError } from "@scrim/errors";
import { RECIPIENTS_MAX, readPublicKey } from "@scrim/grants";
import * as z from "zod";
import type { ActInProgress } from "../acts/act-in-progress.ts";
import { entryName } from "../acts/entry-names.ts";
import type { Resource } from "../authorization/resource.ts";
import { Refusal } from "../http/refusal.ts";
import { allow } from "../requests/allow.ts";
import type { Control } from "../requests/control.ts";
import { type EnrolledService, serviceIdOf } from "../store/enrolled-service.ts";

/** Letters, digits and marks of any script; nothing that moves a cursor or ends a line, and no pattern. */
const Name = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}*]+$/u, "no control characters and no *");

export const ServiceInputSchema = z
  .strictObject({
    service: Name.meta({ description: "`service.name`" }),
    environment: Name.meta({ description: "`deployment.environment.name`" }),
    public_key: z.string().min(1).max(4_096).meta({
      description: "The service's public key (X25519, SPKI in PEM), of scrim grant keygen service.",
    }),
  })
  .meta({ id: "ServiceInput", description: "A service, and the key that its bundles are sealed to." });

export const ServiceView = z
  .strictObject({
    service: z.string(),
    environment: z.string(),
    owners: z.array(z.string()),
    keys: z.array(z.strictObject({ id: z.string(), enrolled_at: z.int() })),
  })
  .meta({ id: "Service", description: "A service in an environment that is enrolled." });

export type ServiceInput = z.output<typeof ServiceInputSchema>;

/** What policies are told of a service. */
export function serviceResource(
  { directory }: Pick<Control, "directory">,
  tenant: string,
  service: string,
  environment: string,
): Resource {
  const owners = directory.ownersOf(service, environment, tenant);
  return { type: "Service", id: serviceIdOf(service, environment), tenant, service, environment, owners };
}

/**
 * Enrols a service, or one more key of one: bundles are sealed to all of them. The same again changes nothing.
 *
 * @throws {Refusal} `forbidden`, `invalid`, `state` where it has too many keys
 */
export async function enrolService(
  control: Control,
  act: ActInProgress,
  { service, environment, public_key }: ServiceInput,
): Promise<EnrolledService> {
  const tenant = act.by?.tenant ?? "";
  const policies = allow(
    control,
    act,
    "service.enrol",
    serviceResource(control, tenant, service, environment),
  );
  const key = keyOf(public_key);
  const id = serviceIdOf(service, environment);
  const before = await act.transaction.get("service", id);
  if (before !== undefined && before.tenant !== tenant) throw new Refusal("forbidden");
  act.answerWith(id);
  const keys = before?.keys ?? [];
  if (before !== undefined && keys.some((each) => each.id === key.id)) return before;
  if (keys.length >= RECIPIENTS_MAX) throw new Refusal("state");
  const next = { id, tenant, service, environment, keys: [...keys, { ...key, enrolled_at: act.nowS }] };
  act.audit({
    kind: "administration",
    action: "service.enrol",
    ids: { service: entryName(service), environment: entryName(environment), key: key.id },
    policies: [...policies],
  });
  await act.transaction.put("service", next);
  return next;
}

/**
 * Takes a service away, or one of its keys: it can't open bundles with it any more.
 *
 * @throws {Refusal} `unknown`, `forbidden`
 */
export async function removeService(
  control: Control,
  act: ActInProgress,
  service: string,
  environment: string,
  key: string | undefined,
): Promise<void> {
  const tenant = act.by?.tenant ?? "";
  const policies = allow(
    control,
    act,
    "service.remove",
    serviceResource(control, tenant, service, environment),
  );
  const id = serviceIdOf(service, environment);
  const before = await act.transaction.get("service", id);
  if (before?.tenant !== tenant) throw new Refusal("unknown");
  const keys = key === undefined ? [] : before.keys.filter((each) => each.id !== key);
  if (key !== undefined && keys.length === before.keys.length) throw new Refusal("unknown");
  act.audit({
    kind: "administration",
    action: "service.remove",
    ids: {
      service: entryName(service),
      environment: entryName(environment),
      ...(key !== undefined && { key }),
    },
    policies: [...policies],
  });
  act.answerWith(id);
  if (keys.length === 0) await act.transaction.remove("service", id);
  else await act.transaction.put("service", { ...before, keys });
}

export function serviceView(
  { directory }: Pick<Control, "directory">,
  { tenant, service, environment, keys }: EnrolledService,
): z.output<typeof ServiceView> {
  return {
    service,
    environment,
    owners: [...directory.ownersOf(service, environment, tenant)],
    keys: keys.map(({ id, enrolled_at }) => ({ id, enrolled_at })),
  };
}

function keyOf(pem: string): { readonly id: string; readonly public_key: string } {
  try {
    return { id: readPublicKey("service", pem, "public_key").id, public_key: pem };
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    throw new Refusal("invalid", [{ path: "public_key", message: "expected an X25519 public key in PEM" }]);
  }
}
