/** Where the gateway says what it does. Lines carry component ids, counts and reasons, never telemetry data. */
export interface Log {
  info(message: string): void;
  /** Something an operator should look at; `hint` is the next thing to do. */
  warn(message: string, hint?: string): void;
}
