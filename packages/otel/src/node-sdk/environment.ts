import { diag } from "@opentelemetry/api";

/** Environment variables as the OpenTelemetry specification reads them: an empty one is unset. */

export function textOf(name: string): string | undefined {
  const text = process.env[name]?.trim();
  return text === "" ? undefined : text;
}

/** Only `true`, in any case, is true. */
export function isTrue(name: string): boolean {
  return textOf(name)?.toLowerCase() === "true";
}

/** Distinct names between commas. */
export function listOf(name: string): readonly string[] {
  const names = (textOf(name) ?? "").split(",").map((part) => part.trim());
  return [...new Set(names)].filter((part) => part !== "");
}

/** A number above 0; undefined, and said, where it is none. */
export function numberOf(name: string): number | undefined {
  const text = textOf(name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  diag.warn(`scrim: ${name} is not a number above 0, and is ignored`);
  return undefined;
}
