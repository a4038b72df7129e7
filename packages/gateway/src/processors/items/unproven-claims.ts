import type { Batch } from "@scrim/pipeline";
import { LogRecord } from "../verbose-capture/log-record.ts";
import { Span } from "../verbose-capture/span.ts";
import { ItemSieve, type ItemSignal, type SieveVisitor } from "./item-sieve.ts";
import { OwnAttributes, stripSurrounding } from "./own-attributes.ts";

/** What our attributes and our member of `tracestate` begin with. */
const NAME = Buffer.from("scrim");

/**
 * Takes `scrim.*` attributes and tokens out of logs and spans where nobody has found out yet whether they are true: what an application, or
 * whoever sends in its place, writes there would pass for ours behind the gateway.
 */
export class UnprovenClaims {
  readonly #sieve = new ItemSieve();
  readonly #own = new OwnAttributes();
  readonly #visitors: Readonly<Record<ItemSignal, SieveVisitor>>;

  constructor() {
    const { edits } = this.#sieve;
    const record = new LogRecord(this.#own);
    const span = new Span(this.#own);
    const surrounding = stripSurrounding(edits, this.#own);
    this.#visitors = {
      logs: {
        surrounding,
        stays(bytes, start, end) {
          record.read(bytes, start, end, 0);
          record.strip(edits);
          return true;
        },
      },
      traces: {
        surrounding,
        stays(bytes, start, end) {
          span.read(bytes, start, end, edits);
          return true;
        },
      },
    };
  }

  /**
   * The batch without them; the very batch where there are none, which takes a search for five letters.
   *
   * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` on broken framing along the way
   */
  strip(batch: Batch): Batch {
    const { signal, bytes, client, approvals_checked } = batch;
    if (approvals_checked || (signal !== "logs" && signal !== "traces") || !bytes.includes(NAME))
      return batch;
    this.#own.isSenderTrusted = client.identity?.is_trusted === true;
    return {
      ...batch,
      bytes: this.#sieve.sieve(signal, bytes, this.#visitors[signal]),
      approvals_checked: true,
    };
  }
}
