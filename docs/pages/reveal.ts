import { RevealConfig } from "@scrim/access";
import { keyTable } from "./key-table.ts";
import { GENERATED } from "./markdown.ts";

export function revealPage(): string {
  return `${[
    GENERATED,
    "# Configuration of a reveal service",
    "One YAML file, of `scrim reveal serve --config FILE`; [sealing.md](../sealing.md) says what it is for. Paths start from the file's folder. Durations are written like `30s`.",
    keyTable(RevealConfig),
  ].join("\n\n")}\n`;
}
