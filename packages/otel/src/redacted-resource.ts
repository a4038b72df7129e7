import type { Plan } from "@scrim/policy";
import type { ResourceLike } from "./sdk-types.ts";

/** What is redacted of a resource. */
export interface ResourceContent {
  readonly attributes: Record<string, unknown>;
  readonly schemaUrl: string | undefined;
}

/**
 * The redacted view of a resource, as far as exporters use one. It is redacted when it is read, which is after the SDK has
 * waited for attributes that are still being found out, and again where another policy is in force.
 */
export class RedactedResource implements ResourceLike {
  readonly #original: ResourceLike;
  readonly #policy: () => Plan;
  readonly #redact: () => ResourceContent;
  #content: ResourceContent | undefined;
  #by: Plan | undefined;

  constructor(original: ResourceLike, policy: () => Plan, redact: () => ResourceContent) {
    this.#original = original;
    this.#policy = policy;
    this.#redact = redact;
  }

  #current(): ResourceContent {
    const plan = this.#policy();
    if (this.#content !== undefined && plan === this.#by) return this.#content;
    const content = this.#redact();
    if (!this.asyncAttributesPending) {
      this.#content = content;
      this.#by = plan;
    }
    return content;
  }

  get attributes(): Record<string, unknown> {
    return this.#current().attributes;
  }

  get schemaUrl(): string | undefined {
    return this.#current().schemaUrl;
  }

  get asyncAttributesPending(): boolean {
    return this.#original.asyncAttributesPending === true;
  }

  async waitForAsyncAttributes(): Promise<void> {
    await this.#original.waitForAsyncAttributes?.();
  }

  getRawAttributes(): [string, unknown][] {
    return Object.entries(this.attributes);
  }

  merge(): this {
    return this;
  }
}
