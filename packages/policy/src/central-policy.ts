import { documentError, type PolicyDocument } from "./document.ts";
import type { LoadedPolicy } from "./load.ts";
import { parsePolicy } from "./parse.ts";

/** A policy document as a text, and what errors call it. */
export interface PolicyText {
  readonly name: string;
  readonly text: string;
}

/**
 * Checks the documents of a policy that comes from elsewhere, base first. It says what becomes of values, and never with which keys: files and recipients
 * are named here alone.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `POLICY_INVALID`; also where a document names keys
 */
export function parseCentralPolicy(texts: readonly PolicyText[]): readonly PolicyDocument[] {
  const documents = texts.map(({ name, text }) => parsePolicy(text, name));
  for (const document of documents) {
    if (document.settings.keys === undefined) continue;
    throw documentError("POLICY_INVALID", document, ["keys"], {
      message: "a central policy can't name keys",
      hint: "remove it here: keys are named in the policy file of each process",
    });
  }
  return documents;
}

/**
 * A central policy in the place of the local base. The local keys hold, and so do the further local layers, which can only tighten.
 *
 * @throws {OperatingError} as {@link parseCentralPolicy}
 * @example
 * ```ts
 * import { compilePolicy, withCentralPolicy, withPolicyKey } from "@scrim/policy";
 * const local = withPolicyKey([]);
 * const loaded = withCentralPolicy(local, [{ name: "shop", text: "version: 1\nname: shop\nunknown: drop\n" }]);
 * console.log(compilePolicy(loaded.documents, loaded).name); // shop
 * ```
 */
export function withCentralPolicy(local: LoadedPolicy, texts: readonly PolicyText[]): LoadedPolicy {
  const overlays = local.documents.slice(1);
  return { ...local, documents: [...parseCentralPolicy(texts), ...overlays], warnings: [] };
}
