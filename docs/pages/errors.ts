import { ERROR_CODES } from "@scrim/errors";
import { code, GENERATED, table } from "./markdown.ts";

export function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).map(([name, meaning]) => [code(name), meaning]);
  return `${[
    GENERATED,
    "# Error codes",
    "Every error that the world can cause carries one of these codes, the path of what is wrong (a key in a document, or a byte offset) and, where there is one, a hint at the next thing to do. Messages never quote data.",
    table(["code", "meaning"], rows),
  ].join("\n\n")}\n`;
}
