import { policyReference } from "@scrim/policy";
import { accessPage } from "./access.ts";
import { attributesPage } from "./attributes.ts";
import { commandsPage } from "./commands.ts";
import { detectorsPage } from "./detectors.ts";
import { errorsPage } from "./errors.ts";
import { gatewayPage } from "./gateway.ts";
import { GENERATED } from "./markdown.ts";
import { revealPage } from "./reveal.ts";
import { sdkPage } from "./sdk.ts";
import { startAttributesPage } from "./start-attributes.ts";

/** Every generated page, by file name. */
export const PAGES: Readonly<Record<string, () => string>> = {
  "access.md": accessPage,
  "attributes.md": attributesPage,
  "commands.md": commandsPage,
  "detectors.md": detectorsPage,
  "errors.md": errorsPage,
  "gateway.md": gatewayPage,
  "policy.md": () => `${GENERATED}\n\n${policyReference()}`,
  "reveal.md": revealPage,
  "sdk.md": sdkPage,
  "start-attributes.md": startAttributesPage,
};
