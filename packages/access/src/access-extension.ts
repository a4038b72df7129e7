import { OperatingError } from "@scrim/errors";
import { formatEndpoint } from "@scrim/gateway";
import { defineExtension, faultLog } from "@scrim/pipeline";
import { AccessConfig } from "./config/access-config.ts";
import { type Access, startAccess } from "./start-access.ts";

/**
 * The control plane in a gateway's process, for a single node: requests, captures and their bundles. Never reveals: who opens sealed values must not be
 * where telemetry passes.
 */
export const accessExtension = defineExtension({
  type: "access",
  description: "The control plane for a single node: requests to capture, approvals, grants and bundles.",
  configSchema: AccessConfig,
  create(config, { baseDir, path, log }) {
    const unexpected = faultLog(path, log);
    const told = (problem: unknown) => {
      if (problem instanceof OperatingError) log.warn(`${path}: ${problem.line}`, problem.hint);
      else unexpected(problem);
    };
    let access: Access | undefined;
    return {
      async start() {
        access = await startAccess({ config, baseDir, capabilities: ["capture", "probe"], told });
      },
      endpoints: () =>
        access === undefined ? {} : { [access.isTls ? "https" : "http"]: formatEndpoint(access.endpoint) },
      async shutdown() {
        await access?.shutdown();
        access = undefined;
      },
    };
  },
});
