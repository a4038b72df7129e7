import type { GrantSet } from "@scrim/grants";

/**
 * The last context whose trace was found not to be approved. Lines come in runs, and to ask the grants takes longer than to compare. It is
 * forgotten when they change, as with each bundle, so that no grant that begins later is missed and no request is kept in memory.
 */
export class ClosedContext {
  #context: unknown;

  constructor(grants: GrantSet) {
    grants.onChange(() => {
      this.#context = undefined;
    });
  }

  is(context: unknown): boolean {
    return context !== undefined && context === this.#context;
  }

  remember(context: unknown): void {
    this.#context = context;
  }
}
