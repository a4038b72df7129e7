/** A fault that somebody might make one day, as an edit of the code that is right. */
export interface Plant {
  /** The end of the module's URL. */
  readonly module: string;
  readonly edits: readonly { readonly right: string; readonly wrong: string }[];
}

/** Faults that the oracle has to find, each by its name. */
export const PLANTS: Readonly<Record<string, Plant>> = {
  /** Clients are told that a batch is safe while the disk has not said so. */
  ack_before_sync: {
    module: "/gateway/src/spool/segment-log.ts",
    edits: [
      {
        right: "    this.#files.sync(active.descriptor);\n    active.end = end;",
        wrong: "    active.end = end;",
      },
    ],
  },
  /** What a client sends again goes past the policy. */
  skip_redaction_on_retry: {
    module: "/gateway/src/processors/policy.ts",
    edits: [
      {
        right: "      process(received) {\n",
        wrong:
          "      process(received) {\n        const seen = (globalThis.oracleSeen ??= new Set());\n        const key = received.bytes.toString('latin1');\n        if (seen.has(key)) return received;\n        seen.add(key);\n",
      },
    ],
  },
  /** What a delivery takes while its destination is replaced is forgotten. */
  drop_on_reload: {
    module: "/pipeline/src/delivery/delivery.ts",
    edits: [
      {
        right: "      target = to;\n",
        wrong: "      target = to;\n      globalThis.oracleSwapping = true;\n",
      },
      {
        right: "    if (queued === undefined) return false;\n",
        wrong:
          "    if (queued === undefined) return false;\n    if (globalThis.oracleSwapping) {\n      globalThis.oracleSwapping = false;\n      outlet.settle(queued);\n      return true;\n    }\n",
      },
    ],
  },
  /** A destination that asked for time is tried again at once. */
  forget_retry_after: {
    module: "/gateway/src/exporters/otlphttp/judge-response.ts",
    edits: [{ right: "parseRetryAfter(response.retryAfter, nowMs)", wrong: "undefined" }],
  },
  /** The queue is told that a batch has arrived before the destination said so. */
  settle_before_answer: {
    module: "/pipeline/src/delivery/delivery.ts",
    edits: [
      {
        right: "    const [first] = sources;\n",
        wrong: "    const [first] = sources;\n    for (const source of sources) outlet.settle(source);\n",
      },
    ],
  },
};
