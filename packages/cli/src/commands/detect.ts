import type { CommandDefinition } from "../command.ts";
import { POLICY_OPTION } from "../shared-options.ts";

export const detectCommand: CommandDefinition = {
  name: "detect",
  summary: "Says what the detectors find in texts, and where.",
  details: [
    'Reads JSON lines {"text": …, "key"?: …} and writes, for each, {"findings":[{"start","end","type","detector"}]}.',
    "Offsets count UTF-16 units, as in JavaScript strings; the end is exclusive. The text is never repeated.",
    'Where a text has more candidates than the policy allows for, "scanned_to" says how far it was looked at.',
  ].join("\n"),
  options: { policy: POLICY_OPTION },
  examples: [`echo '{"text":"card 4111 1111 1111 1111"}' | scrim detect`],
  matchesText: true,
  load: () => import("../run/detect.ts"),
};
