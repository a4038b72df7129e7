import type { Key, SharedPolicy } from "@scrim/grants";
import { signPolicyBundle } from "@scrim/grants";
import { isFor } from "../policies/policy-audience.ts";
import type { PolicyVersion } from "../policies/policy-version.ts";
import { findAll } from "../store/find-all.ts";
import type { Store } from "../store/store.ts";
import type { DocumentDraft } from "./document-issuer.ts";

/** How long a bundle may be handed on. Policies don't end with it. */
const LIFE_S = 3_600;

/** What policy bundles are made of, read once for each change of the store. */
export class PoliciesInForce {
  readonly #store: Store;
  #policies: Promise<readonly PolicyVersion[]> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The store has changed: it is read again when somebody asks. */
  forget(): void {
    this.#policies = undefined;
  }

  /** The policy that is staged for a service, then the current one. @throws {OperatingError} `STORE_UNUSABLE` */
  async for(tenant: string, service: string, environment: string): Promise<readonly PolicyVersion[]> {
    const ours = (await this.#read()).filter(
      (policy) => policy.tenant === tenant && isFor(policy.audience, service, environment),
    );
    return (["staged", "current"] as const).flatMap(
      (state) => ours.find((each) => each.state === state) ?? [],
    );
  }

  #read(): Promise<readonly PolicyVersion[]> {
    if (this.#policies !== undefined) return this.#policies;
    const reading = this.#store.read((transaction) =>
      findAll(transaction, "policy", { states: ["staged", "current"] }),
    );
    this.#policies = reading;
    reading.catch(() => {
      if (this.#policies === reading) this.#policies = undefined;
    });
    return reading;
  }
}

/** The bundle of a service. One that takes the central policy away ends the list. */
export function policyBundleDraft(
  audience: { readonly service: string; readonly environment: string },
  policies: readonly PolicyVersion[],
  signing: Key,
): DocumentDraft {
  const shared = policies.filter(({ documents }) => documents.length > 0);
  return {
    content: JSON.stringify([audience, shared.map(({ id, digest, share }) => [id, digest, share])]),
    sign: (version, issuedAt) =>
      Buffer.from(
        signPolicyBundle(
          { audience, version, issuedAt, expiresAt: issuedAt + LIFE_S, policies: shared.map(sharedOf) },
          signing,
        ),
      ),
  };
}

function sharedOf({ id, revision, digest, share, documents }: PolicyVersion): SharedPolicy {
  return { id, revision, digest, share, documents };
}
