import type { CommandDefinition } from "../command.ts";
import {
  accessApproveCommand,
  accessCancelCommand,
  accessDenyCommand,
  accessReviewCommand,
  accessRevokeCommand,
} from "./access-decide.ts";
import { accessEnrolCommand } from "./access-enrol.ts";
import { accessInitCommand } from "./access-init.ts";
import {
  accessGrantsCommand,
  accessListCommand,
  accessServicesCommand,
  accessShowCommand,
  accessWhoamiCommand,
} from "./access-read.ts";
import {
  accessBreakGlassCaptureCommand,
  accessBreakGlassRevealCommand,
  accessRequestCaptureCommand,
  accessRequestRevealCommand,
} from "./access-request.ts";
import { accessServeCommand } from "./access-serve.ts";
import { accessTokenCommand } from "./access-token.ts";

/** Commands of the control plane, in the order of a first session. */
export const ACCESS_COMMANDS: readonly CommandDefinition[] = [
  accessInitCommand,
  accessServeCommand,
  accessTokenCommand,
  accessEnrolCommand,
  accessServicesCommand,
  accessWhoamiCommand,
  accessRequestCaptureCommand,
  accessRequestRevealCommand,
  accessListCommand,
  accessShowCommand,
  accessApproveCommand,
  accessDenyCommand,
  accessCancelCommand,
  accessGrantsCommand,
  accessRevokeCommand,
  accessBreakGlassCaptureCommand,
  accessBreakGlassRevealCommand,
  accessReviewCommand,
];
