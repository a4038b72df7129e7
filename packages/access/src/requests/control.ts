import type { ActInProgress } from "../acts/act-in-progress.ts";
import type { Authorize } from "../authorization/resource.ts";
import type { Directory } from "../directory/directory.ts";
import type { NotificationEvent } from "../store/notification.ts";
import type { AccessGrant } from "./access-grant.ts";
import type { AccessRequest } from "./access-request.ts";
import type { AccessRules } from "./access-rules.ts";
import type { Capability } from "./scope.ts";

/** What decisions on requests rest on, beside the store: what administrators have configured. */
export interface Control {
  readonly rules: AccessRules;
  readonly directory: Pick<Directory, "ownersOf">;
  readonly authorize: Authorize;
  /** What can be asked for here. */
  readonly capabilities: readonly Capability[];
  /** Has somebody told of what happens, once it has. */
  readonly tell: (act: ActInProgress, event: NotificationEvent, about: About) => Promise<void>;
}

interface About {
  readonly request: AccessRequest;
  readonly grant?: AccessGrant;
}
