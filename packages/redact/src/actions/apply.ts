import type { Action, Plan } from "@scrim/policy";
import { Sealer } from "@scrim/seal";
import { isMark, redactedLabel } from "../labels.ts";
import { generalize } from "./generalize.ts";
import { hashOf, isHash } from "./hash.ts";
import { maskPartly } from "./mask.ts";
import { Pseudonyms } from "./pseudonym.ts";

/** What a value is called in what replaces it. */
export interface ValueName {
  /** In labels: a class (`credential`) or a detector's type (`api_key:aws`). */
  readonly label: string;
  /** In pseudonyms: a class or a detector's id. */
  readonly token: string;
  /** The class, which chooses the pseudonym's key. */
  readonly class: string;
  /** The attribute's key, or path in a body: sealed with the value. */
  readonly path: string;
}

/** Where the record stands whose values are worked on: sealed with them. Empty where it is not known. */
export interface RecordPlace {
  service: string;
  traceId: string;
}

/** Actions that turn one text into another. The others are decisions of the walk, not of a value. */
export type TextAction = Exclude<Action, { kind: "keep" | "check" | "scan" | "drop" | "truncate" }>;

/** Applies actions to single values. Holds the derived keys of one policy. */
export class ActionRunner {
  readonly pseudonyms: Pseudonyms | undefined;
  /** Kept up by who walks over records. */
  readonly place: RecordPlace = { service: "", traceId: "" };
  readonly #sealer: Sealer | undefined;

  constructor({ name, pseudonymKey, sealKey }: Pick<Plan, "name" | "pseudonymKey" | "sealKey">) {
    this.pseudonyms = pseudonymKey && new Pseudonyms(pseudonymKey);
    this.#sealer = sealKey && new Sealer({ ...sealKey, policy: name });
  }

  /**
   * What `value`, valid UTF-8, becomes; `value` itself where it stays. A fixed point: applied to its own
   * result it changes nothing.
   */
  run(action: TextAction, value: Buffer, name: ValueName): Buffer {
    if (isMark(value)) return value;
    switch (action.kind) {
      case "mask": {
        const masked = action.style.style === "all" ? undefined : maskPartly(value.toString(), action.style);
        return masked === undefined ? redactedLabel(name.label) : Buffer.from(masked);
      }
      case "replace":
        return Buffer.from(action.with);
      case "pseudonym": {
        const { pseudonyms } = this;
        if (pseudonyms === undefined) return redactedLabel(name.label);
        if (pseudonyms.isToken(value)) return value;
        return Buffer.from(pseudonyms.token(value, name.token, name.class));
      }
      case "seal": {
        const { service, traceId } = this.place;
        const facts = { service, path: name.path, class: name.class, traceId };
        const token = this.#sealer?.seal(value.toString(), facts);
        return token === undefined ? redactedLabel(name.label) : Buffer.from(token, "latin1"); // of ASCII alone
      }
      case "generalize": {
        const coarse = value.length > 8192 ? undefined : generalize(value.toString(), action.to);
        return coarse === undefined ? redactedLabel(name.label) : Buffer.from(coarse);
      }
      case "hash":
        return isHash(value) ? value : hashOf(value);
    }
  }
}
