import type { ActionSetting } from "./action-schema.ts";
import type { PolicyDocument } from "./document.ts";
import type { KeyPath } from "./key-path.ts";

/** An action where the document spells it out. */
export interface WrittenAction {
  readonly path: KeyPath;
  readonly setting: ActionSetting;
}

/** Every action that a document spells out, in the order of the schema. */
export function writtenActions({ settings }: PolicyDocument): readonly WrittenAction[] {
  const { classes = {}, rules = [], detectors = {} } = settings;
  const actions: { path: KeyPath; setting: ActionSetting | undefined }[] = [
    ...Object.entries(classes).map(([id, setting]) => ({ path: ["classes", id], setting })),
    ...rules.map(({ action }, index) => ({ path: ["rules", index, "action"], setting: action })),
    ...(detectors.custom ?? []).map(({ action }, index) => ({
      path: ["detectors", "custom", index, "action"],
      setting: action,
    })),
    ...Object.entries(detectors.actions ?? {}).map(([id, setting]) => ({
      path: ["detectors", "actions", id],
      setting,
    })),
  ];
  return actions.filter((action): action is WrittenAction => action.setting !== undefined);
}
