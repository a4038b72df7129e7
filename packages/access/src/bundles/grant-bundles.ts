import { GRANTS_MAX, type Grant, GrantSchema, type Key, readPublicKey, signBundle } from "@scrim/grants";
import type { AccessGrant } from "../requests/access-grant.ts";
import type { EnrolledService } from "../store/enrolled-service.ts";
import type { DocumentDraft } from "./document-issuer.ts";
import { grantKeyOf } from "./grant-keys.ts";

/** A bundle lives a minute: what is revoked while a service can't be reached ends by then. */
const LIFE_S = 60;

/** The bundle of a service: the captures that it is among the audiences of. */
export function grantBundleDraft(
  service: EnrolledService,
  open: readonly AccessGrant[],
  signing: Key,
  secret: Uint8Array,
): DocumentDraft {
  const audience = { service: service.service, environment: service.environment };
  const grants = open
    .filter(
      ({ tenant, audiences }) =>
        tenant === service.tenant && audiences.some((each) => isSame(each, audience)),
    )
    .flatMap((grant) => captureOf(grant) ?? [])
    .slice(0, GRANTS_MAX);
  return {
    content: JSON.stringify([signing.id, service, grants]),
    sign(version, issuedAt) {
      const keyed = grants.map((grant) => ({ grant, key: grantKeyOf(secret, grant.id) }));
      const recipients = service.keys.map(({ id, public_key }) => readPublicKey("service", public_key, id));
      const bundle = { audience, version, issuedAt, expiresAt: issuedAt + LIFE_S, grants: keyed };
      return Buffer.from(signBundle(bundle, signing, recipients));
    },
  };
}

/** What processes are told of a grant; undefined where it is none to capture. */
function captureOf({ id, scope, not_before, expires_at }: AccessGrant): Grant | undefined {
  if (scope.capability !== "capture") return undefined;
  const { selector, level, traces_max, records_per_s, bytes_max, lookback_s } = scope;
  return GrantSchema.parse({
    id,
    kind: "capture",
    selector,
    level,
    ...(traces_max !== undefined && { traces_max }),
    records_per_s,
    bytes_max,
    lookback_s,
    not_before,
    expires_at,
  });
}

function isSame(
  one: { readonly service: string; readonly environment: string },
  other: { readonly service: string; readonly environment: string },
): boolean {
  return one.service === other.service && one.environment === other.environment;
}
