import { hash } from "node:crypto";
import { resolve } from "node:path";
import type { Context, EntityJson } from "@cedar-policy/cedar-wasm/nodejs";
import { statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import { OperatingError } from "@scrim/errors";
import * as z from "zod";
import { contextOf, principalEntity, resourceEntity } from "./entities.ts";
import { readPolicySet } from "./policy-set.ts";
import { RecentAnswers } from "./recent-answers.ts";
import type { Action, Authorize, Verdict } from "./resource.ts";

export const AuthorizationConfig = z
  .strictObject({
    policy_files: z.array(z.string().min(1)).max(64).default([]).meta({
      description: "Cedar policies that are added to scrim's own. What those forbid stays forbidden.",
    }),
  })
  .meta({ id: "AuthorizationConfig", description: "Who may do what." });

export type AuthorizationConfig = z.output<typeof AuthorizationConfig>;

export interface AuthorizeOptions {
  /** Where relative paths begin; the folder that the process runs in unless told. */
  readonly baseDir?: string;
  /** Hears of policies that can never apply, and of those that fail when they are asked: what they decide on is refused. */
  readonly told: (problem: unknown) => void;
}

/** Verdicts that are remembered: of the same question there is one answer. About 200 bytes each. */
const VERDICTS_MAX = 50_000;

const REFUSED: Verdict = { isAllowed: false, policies: [] };

/**
 * Makes what answers whether somebody may do something, by the policies of scrim (in the package's folder `policies`) and those that are added. A
 * decision takes about 0.3 ms, and a few microseconds where the same was asked
 * lately: policies don't change while it runs, and go by nothing but what they are told.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`; `POLICY_INVALID` with the file and the policy's id
 * @example
 * ```ts
 * import { createAuthorize, parseDirectory } from "@scrim/access";
 *
 * const directory = parseDirectory('people: [{ id: eva, identities: ["token:eva"], roles: [auditor] }]');
 * const authorize = createAuthorize({ policy_files: [] }, { told: console.warn });
 * const eva = directory.principalOf("token:eva", undefined, 0);
 * const log = { type: "AuditLog", id: "log", tenant: "default", people: [] } as const;
 * console.log(eva && authorize(eva, "audit.read", log)); // { isAllowed: true, policies: [ 'scrim.auditor' ] }
 * ```
 */
export function createAuthorize(config: AuthorizationConfig, options: AuthorizeOptions): Authorize {
  const { baseDir = ".", told } = options;
  const set = readPolicySet(
    config.policy_files.map((file) => resolve(baseDir, file)),
    told,
  );

  const decide = (caller: EntityJson, action: Action, subject: EntityJson, context: Context): Verdict => {
    const answer = statefulIsAuthorized({
      principal: caller.uid,
      action: { type: "Action", id: action },
      resource: subject.uid,
      context,
      preparsedSchemaName: set.schema,
      validateRequest: true,
      preparsedPolicySetId: set.policies,
      entities: [caller, subject],
    });
    // What doesn't fit the schema: an action on what it isn't for.
    if (answer.type === "failure") throw failed(action, "it does not fit the schema");
    const { decision, diagnostics } = answer.response;
    const [error] = diagnostics.errors;
    // Cedar leaves out a policy that fails: one that would have forbidden it, perhaps.
    if (error !== undefined) throw failed(error.policyId, "it fails where it is asked");
    return { isAllowed: decision === "allow", policies: diagnostics.reason.toSorted() };
  };

  const verdicts = new RecentAnswers<Verdict>(VERDICTS_MAX);
  return (principal, action, resource) => {
    try {
      const [caller, subject] = [principalEntity(principal), resourceEntity(resource)];
      const context = contextOf(principal, resource);
      // All that policies are told. Without the id, which they seldom ask for, many of a list are alike.
      const id = set.namesResources ? resource.id : "";
      const key = hash("sha256", JSON.stringify([caller, action, resource.type, id, subject.attrs, context]));
      const known = verdicts.get(key);
      if (known !== undefined) return known;
      const verdict = decide(caller, action, subject, context);
      verdicts.set(key, verdict);
      return verdict;
    } catch (problem) {
      told(problem);
      return REFUSED;
    }
  };
}

/** Without Cedar's own words, which have values in them. */
function failed(path: string, message: string): OperatingError {
  return new OperatingError("POLICY_INVALID", message, { path });
}
