import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Bundle,
  type GrantInput,
  GrantSchema,
  generateKeys,
  readPrivateKey,
  readPublicKey,
  signBundle,
} from "@scrim/grants";

/** The trace that {@link enrolled} grants, unless told otherwise. */
export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

const AUDIENCE = { service: "shop", environment: "test" };

/** A service that has enrolled a key. */
export interface Enrolled {
  readonly bundle: Buffer;
  /** What tells its process who it is and where its keys are. Where grants come from is not in it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Keys in a folder, and a bundle with one grant. */
export function enrolled(
  folder: string,
  grantChanges: Partial<GrantInput> = {},
  bundleChanges: Partial<Bundle> = {},
): Enrolled {
  const signing = generateKeys("signing");
  const service = generateKeys("service");
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const now = Math.floor(Date.now() / 1000);
  const grant = GrantSchema.parse({
    id: "00112233aabbccdd",
    kind: "capture",
    selector: { trace_ids: [TRACE_ID] },
    level: "debug",
    not_before: now - 60,
    expires_at: now + 600,
    ...grantChanges,
  });
  const grants = [{ grant, key: Buffer.alloc(32, 7) }];
  const bundle = {
    audience: AUDIENCE,
    version: 1,
    issuedAt: now - 50,
    expiresAt: now + 60,
    grants,
    ...bundleChanges,
  };
  return {
    bundle: signBundle(bundle, readPrivateKey("signing", signing.privateKey, "signing.key"), [
      readPublicKey("service", service.publicKey, "service.pub"),
    ]),
    env: {
      OTEL_SERVICE_NAME: AUDIENCE.service,
      OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${AUDIENCE.environment}`,
      SCRIM_GRANTS_TRUSTED: file("signing.pub", signing.publicKey),
      SCRIM_GRANTS_KEY: file("service.key", service.privateKey),
    },
  };
}
