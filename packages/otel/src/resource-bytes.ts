import type { Limits } from "@scrim/policy";
import type { ResourceLike } from "./sdk-types.ts";
import { ValueWriter } from "./value-writer.ts";

const ATTRIBUTES = 1;

/** Resources as OTLP, for the `where` clauses of a policy: written once, since all records share a few. */
export class ResourceBytes {
  readonly #limits: Limits;
  readonly #known = new WeakMap<ResourceLike, Buffer>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** The `Resource`. While its attributes are still being found out, it is written anew each time. */
  of(resource: ResourceLike): Buffer {
    const known = this.#known.get(resource);
    if (known !== undefined) return known;
    const writer = new ValueWriter(this.#limits);
    writer.attributes(ATTRIBUTES, resource.attributes);
    const bytes = writer.out.finish();
    if (resource.asyncAttributesPending !== true) this.#known.set(resource, bytes);
    return bytes;
  }
}
