import { PADDING_BYTES, type SealedFacts } from "./sealed-facts.ts";
import { PLAINTEXT_BYTES_MAX } from "./sealed-token.ts";

/** Characters of a fact; what is longer is cut, since a token's length must not say it. */
const FACT_LENGTH_MAX = 128;

/** Places whose facts are kept as they are written. Policies seal at few; where there are more, they are begun anew. */
const PLACES_MAX = 256;

/** UTF-8 has at most three bytes for each unit of UTF-16. */
const SCRATCH_BYTES = 3 * PLAINTEXT_BYTES_MAX;

const BLANK = 0x20;

/** What differs from value to value. */
export type ValueFacts = Pick<SealedFacts, "service" | "path" | "class" | "traceId">;

/** Facts that stay the same for the values of one path, as they are written. */
interface Place {
  readonly service: string;
  readonly class: string;
  readonly json: string;
}

/**
 * Writes plaintexts: a JSON array of the time of sealing, the facts and the value, in UTF-8, with blanks behind it up to the next multiple of
 * {@link PADDING_BYTES}.
 */
export class PlaintextWriter {
  readonly #tenant: string;
  readonly #policy: string;
  /** By path. */
  readonly #places = new Map<string, Place>();
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

  constructor({ tenant, policy }: Pick<SealedFacts, "tenant" | "policy">) {
    this.#tenant = jsonOf(tenant);
    this.#policy = jsonOf(policy);
  }

  /** The plaintext of a value, in a buffer that the next one is written to; undefined where it is too long. */
  write(value: string, facts: ValueFacts, sealedAt: number): Buffer | undefined {
    const json = `[${sealedAt},${this.#placeOf(facts)},${jsonOf(facts.traceId)},${this.#policy},${JSON.stringify(value)}]`;
    if (json.length > PLAINTEXT_BYTES_MAX) return undefined;
    const scratch = this.#scratch;
    const length = scratch.write(json);
    const padded = Math.ceil(length / PADDING_BYTES) * PADDING_BYTES;
    if (padded > PLAINTEXT_BYTES_MAX) return undefined;
    for (let at = length; at < padded; at++) scratch[at] = BLANK;
    return scratch.subarray(0, padded);
  }

  /** Tenant, service, path and class. */
  #placeOf({ service, path, class: sensitivityClass }: ValueFacts): string {
    const known = this.#places.get(path);
    if (known !== undefined && known.service === service && known.class === sensitivityClass)
      return known.json;
    if (this.#places.size >= PLACES_MAX) this.#places.clear();
    const json = [this.#tenant, jsonOf(service), jsonOf(path), jsonOf(sensitivityClass)].join();
    this.#places.set(path, { service, class: sensitivityClass, json });
    return json;
  }
}

/** A fact, cut to its length. */
function jsonOf(fact: string): string {
  return JSON.stringify(fact.length <= FACT_LENGTH_MAX ? fact : fact.slice(0, FACT_LENGTH_MAX));
}
