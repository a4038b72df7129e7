import { register } from "node:module";
import { pathToFileURL } from "node:url";
import type { SdkPackages } from "./sdk-packages.ts";

interface SyncHooks {
  supportsSyncHooks(): boolean;
  register(): void;
}

/** Lets instrumentations see what is imported, not only what is required: in this thread where Node can do that. */
export function registerModuleHooks(sdk: SdkPackages): void {
  const instrumentation = sdk.from("@opentelemetry/instrumentation");
  try {
    const hooks = instrumentation("import-in-the-middle/register-hooks.mjs") as SyncHooks;
    if (hooks.supportsSyncHooks()) {
      hooks.register();
      return;
    }
  } catch {
    // an older version, which has hooks in a thread of their own only
  }
  register("@opentelemetry/instrumentation/hook.mjs", pathToFileURL(sdk.path));
}
