/** What a gateway goes through. */
export type SoakKind = "steady" | "overload" | "idle" | "reload";

export interface SoakPlan {
  readonly kind: SoakKind;
  readonly duration_ms: number;
  /** Of the most that the gateway does. */
  readonly share: number;
  /** Connections that are open and ask for nothing. */
  readonly idle: number;
  /** How often the configuration is replaced; undefined: never. */
  readonly reload_ms: number | undefined;
}

const STEADY_SHARE = 0.7;
const OVERLOAD_SHARE = 2;
const OTHER_SHARE = 0.5;

export interface SoakOptions {
  /** Of the steady load. The others take a sixth of it. */
  readonly minutes: number;
  readonly idle: number;
  readonly reload_ms: number;
}

const PARTS = 6;

export function soakPlan(kind: SoakKind, { minutes, idle, reload_ms }: SoakOptions): SoakPlan {
  const whole = minutes * 60_000;
  const none = { kind, duration_ms: whole / PARTS, idle: 0, reload_ms: undefined };
  switch (kind) {
    case "steady":
      return { ...none, duration_ms: whole, share: STEADY_SHARE };
    case "overload":
      return { ...none, share: OVERLOAD_SHARE };
    case "idle":
      return { ...none, share: OTHER_SHARE, idle };
    case "reload":
      return { ...none, share: OTHER_SHARE, reload_ms };
  }
}
