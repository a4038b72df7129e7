import type { Action, MaskStyle } from "./action.ts";
import type { ActionSetting } from "./action-schema.ts";
import { MASK_ALL } from "./lattice.ts";

const KEYWORDS: Readonly<Record<Extract<ActionSetting, string>, Action>> = {
  keep: { kind: "keep" },
  scan: { kind: "scan" },
  mask: MASK_ALL,
  drop: { kind: "drop" },
  pseudonym: { kind: "pseudonym" },
  seal: { kind: "seal" },
  hash: { kind: "hash" },
};

/** From the document's notation to the engine's. */
export function compileAction(setting: ActionSetting): Action {
  if (typeof setting === "string") return KEYWORDS[setting];
  if (setting.mask !== undefined) return { kind: "mask", style: compileStyle(setting.mask) };
  if (setting.replace !== undefined) return { kind: "replace", with: setting.replace };
  if (setting.generalize !== undefined)
    return { kind: "generalize", to: withoutUndefined(setting.generalize) };
  return { kind: "truncate", bytes: setting.truncate! }; // the schema lets exactly one through
}

/** For classes, `unknown` and `body`: only an explicit rule is never scanned. */
export function compileClassAction(setting: ActionSetting): Action {
  return setting === "keep" ? { kind: "check" } : compileAction(setting);
}

type MaskSetting = NonNullable<Exclude<ActionSetting, string>["mask"]>;

function compileStyle(setting: MaskSetting): MaskStyle {
  if (typeof setting === "string") return { style: setting };
  if (setting.keep_first !== undefined) return { style: "keep_first", characters: setting.keep_first };
  return { style: "keep_last", characters: setting.keep_last! };
}

type WithoutUndefined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** A key given as `undefined`, which only code can do, is a key not given. */
function withoutUndefined<T extends object>(settings: T): WithoutUndefined<T> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as WithoutUndefined<T>;
}
