import type { KeyUse } from "./key-set.ts";
import type { Key } from "./keys.ts";

/** Who may sign: keys that are known here, or those that a root names, which may change. */
export interface Signers {
  /** Whether it is known who may. */
  readonly isFresh: boolean;
  /** The keys that may sign documents of a kind now. */
  for(use: KeyUse): readonly Key[];
  /** Begins to follow changes. `told` hears of what is refused, and of what can't be reached. */
  start(told: (problem: unknown) => void): void;
  /** A document came whose signer isn't known: whoever knows more is asked soon. */
  look(): void;
  /** Calls back when it may have changed who may sign. Returns how to be called no more. */
  onChange(listener: () => void): () => void;
  /** Stops. May be called twice, or before the start. */
  close(): void;
}

/** Signers whose keys are known here, for whatever they sign. */
export function fixedSigners(keys: readonly Key[]): Signers {
  return {
    isFresh: true,
    for: () => keys,
    start: () => {},
    look: () => {},
    onChange: () => () => {},
    close: () => {},
  };
}
