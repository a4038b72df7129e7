import { OperatingError } from "@scrim/errors";
import { Refusal } from "../../packages/gateway/src/receivers/otlp/refusal.ts";
import { type Input, MARKER } from "./parser.ts";

export interface Finding {
  readonly kind: "crash" | "quote" | "slow" | "leak" | "hang";
  /** What happened, and where: two findings of one parser that agree in it are one. */
  readonly what: string;
  /** As small as it could be made. Of a leak: the last input. */
  readonly input: Input;
}

/** What an error is called that a parser may throw; undefined for one that it may not. */
export function refusalName(error: unknown): string | undefined {
  if (error instanceof Refusal) return error.reason;
  if (!(error instanceof OperatingError)) return undefined;
  const offset = /^byte (\d+)$/.exec(error.path ?? "")?.[1];
  return `${error.code} ${error.message.replace(/\d+/g, "n")} ${offset === undefined ? "" : bits(offset)}`;
}

/** The finding that an error is, if it is one. */
export function crashOf(error: unknown, quotesNothing: boolean): Pick<Finding, "kind" | "what"> | undefined {
  if (refusalName(error) === undefined) return { kind: "crash", what: signature(error) };
  if (!quotesNothing) return undefined;
  const { message, path = "", hint = "" } = error as OperatingError;
  const said = `${message} ${path} ${hint}`.toLowerCase();
  return said.includes(MARKER) ? { kind: "quote", what: (error as OperatingError).code } : undefined;
}

/** Name, message without its numbers, and the first line of ours in the stack. */
function signature(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${typeof error}`;
  const place = /\((?:file:\/\/)?[^)]*\/((?:packages|test)\/[^)]*):\d+\)/.exec(error.stack ?? "")?.[1] ?? "";
  return `${error.name}: ${error.message.slice(0, 200).replace(/\d+/g, "n")} ${place}`;
}

function bits(offset: string): number {
  return 32 - Math.clz32(Number(offset));
}
