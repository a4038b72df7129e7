import type { AccessEntry, Log, ServiceConfig } from "@scrim/pipeline";
import { terminalSafe } from "../exporters/debug/terminal-safe.ts";

export type LogSettings = ServiceConfig["telemetry"]["logs"];

/** Until a configuration says otherwise. */
const DEFAULTS: LogSettings = { level: "info", encoding: "console", access: false };

const US_PER_MS = 1_000;

/** The gateway's log, as `service.telemetry.logs` says. Whatever a line holds, it is one line, and moves no cursor. */
export class OwnLog implements Log {
  /** Those in force. */
  settings: LogSettings = DEFAULTS;
  readonly #name: string;
  readonly #write: (line: string) => void;

  /** @param name stands before each line for people: `gateway` */
  constructor(name: string, write: (line: string) => void) {
    this.#name = name;
    this.#write = write;
  }

  info(message: string): void {
    if (this.settings.level !== "warn") this.#say("info", message);
  }

  warn(message: string, hint?: string): void {
    this.#say("warn", message, hint);
  }

  access(entry: AccessEntry): void {
    if (!this.settings.access) return;
    const duration_ms = Math.round(entry.duration_ms * US_PER_MS) / US_PER_MS;
    const known = Object.entries({ ...entry, duration_ms }).filter(([, value]) => value !== undefined);
    if (this.settings.encoding === "json")
      this.#json("info", { message: "request", ...Object.fromEntries(known) });
    else this.#line(`request ${known.map(([key, value]) => `${key}=${value}`).join(" ")}`);
  }

  #say(level: "info" | "warn", message: string, hint?: string): void {
    if (this.settings.encoding === "json") {
      this.#json(level, { message, ...(hint !== undefined && { hint }) });
      return;
    }
    this.#line(level === "warn" ? `warning: ${message}` : message);
    if (hint !== undefined) this.#line(`hint: ${hint}`);
  }

  #line(text: string): void {
    this.#write(`${this.#name}: ${terminalSafe(text)}`);
  }

  #json(level: "info" | "warn", fields: object): void {
    const line = JSON.stringify({ time: new Date().toISOString(), level, logger: this.#name, ...fields });
    this.#write(terminalSafe(line));
  }
}
