import { AccessConfig } from "@scrim/access";
import { keyTable } from "./key-table.ts";
import { GENERATED } from "./markdown.ts";

export function accessPage(): string {
  return `${[
    GENERATED,
    "# Configuration of a control plane",
    "One YAML file, of `scrim access serve --config FILE`; [access.md](../access.md) says what it is for, and `scrim access init` writes one. As the extension `access` of a gateway it has the same keys. Paths start from the file's folder. Durations are written like `30s`.",
    keyTable(AccessConfig),
  ].join("\n\n")}\n`;
}
