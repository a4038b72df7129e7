import * as api from "@opentelemetry/api";

export type ProviderKind = "trace" | "metrics" | "logs";

/** A provider as far as it matters who made it. */
export interface ProviderLike {
  shutdown?(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/** One of the api's registers, of which there are several where the api is loaded as two kinds of module. */
type Register = Record<string, unknown> & { disable(): void };

interface RegisterKind {
  readonly kind: ProviderKind;
  readonly set: string;
  readonly get: string;
}

const KINDS: readonly RegisterKind[] = [
  { kind: "trace", set: "setGlobalTracerProvider", get: "getTracerProvider" },
  { kind: "metrics", set: "setGlobalMeterProvider", get: "getMeterProvider" },
  { kind: "logs", set: "setGlobalLoggerProvider", get: "getLoggerProvider" },
];

/** Exports of `@opentelemetry/api`, of which the older major has no `logs`. */
type Api = Partial<Record<ProviderKind, unknown>>;

/**
 * Sees who registers providers. Those registered while {@link adopt} runs are ours; any other means that telemetry goes another
 * way, past redaction.
 */
export class GlobalProviders {
  readonly #registers: ReadonlyMap<Register, RegisterKind>;
  readonly #ours = new Map<ProviderKind, ProviderLike>();
  readonly #onForeign: () => void;
  #adopt: ((kind: ProviderKind, provider: ProviderLike) => void) | undefined;
  #isForeignSeen = false;

  /** `apis` are all copies of the api that are known of; `onForeign` is called once. */
  constructor(apis: readonly Api[], onForeign: () => void) {
    this.#registers = registersOf([api, ...apis]);
    this.#onForeign = onForeign;
    for (const [register, { kind, set }] of this.#registers) this.#watch(register, kind, set);
  }

  #watch(register: Register, kind: ProviderKind, set: string): void {
    const original = (register[set] as (provider: ProviderLike) => unknown).bind(register);
    register[set] = (provider: ProviderLike): unknown => {
      if (this.#adopt !== undefined) {
        this.#adopt(kind, provider);
        this.#ours.set(kind, provider);
      } else if (provider !== this.#ours.get(kind)) {
        this.#sawForeign();
      }
      return original(provider);
    };
  }

  #sawForeign(): void {
    if (this.#isForeignSeen) return;
    this.#isForeignSeen = true;
    this.#onForeign();
  }

  /** Runs what registers our providers; each is shown to `prepare` before anybody gets it. */
  adopt(start: () => void, prepare: (kind: ProviderKind, provider: ProviderLike) => void): void {
    this.#adopt = prepare;
    try {
      start();
    } finally {
      this.#adopt = undefined;
    }
  }

  /** Whether telemetry may go past us: somebody tried to register a provider, or has one registered in place of ours. */
  isBypassed(): boolean {
    if (!this.#isForeignSeen) {
      for (const [register, { kind, get }] of this.#registers) {
        const ours = this.#ours.get(kind);
        if (ours !== undefined && registered(register, get) !== ours) this.#sawForeign();
      }
    }
    return this.#isForeignSeen;
  }

  /**
   * Takes our providers out of the registers and shuts them down. Not the one that `prepare` threw at: its last flush would not be redacted, and
   * nobody has it.
   */
  async remove(): Promise<void> {
    const ours = [...this.#ours.values()];
    for (const [register, { kind, get }] of this.#registers) {
      if (registered(register, get) === this.#ours.get(kind)) register.disable();
    }
    this.#ours.clear();
    await Promise.allSettled(ours.map((provider) => provider.shutdown?.()));
  }
}

function registersOf(apis: readonly Api[]): ReadonlyMap<Register, RegisterKind> {
  const registers = new Map<Register, RegisterKind>();
  for (const exports of apis) {
    for (const kind of KINDS) {
      const register = exports[kind.kind];
      if (register !== undefined) registers.set(register as Register, kind);
    }
  }
  return registers;
}

/** What is behind the proxy that the api may put before a provider. */
function registered(register: Register, get: string): unknown {
  const provider = (register[get] as () => { getDelegate?(): unknown; _getDelegate?(): unknown }).call(
    register,
  );
  return provider.getDelegate?.() ?? provider._getDelegate?.() ?? provider;
}
