import { OperatingError } from "@scrim/errors";
import type { Audience } from "./bundle.ts";
import type { PolicyAcknowledgement } from "./policy-acknowledgement.ts";
import type { PolicyFollower } from "./policy-follower.ts";

/** Who runs which policy is known for ten minutes. */
const INTERVAL_MS = 60_000;
const RETRY_MS = 5_000;
const ANSWER_MS = 5_000;

export interface PolicyAcknowledgerOptions {
  /** Where to: `https://access.internal/v1/policy-acknowledgements`. */
  readonly url: string;
  readonly audience: Audience;
  /** Tells processes of a service apart, `service.instance.id`. */
  readonly instance: string;
  /** Asked for each time, so that it may be rotated: `Bearer …`. */
  readonly authorization?: () => string | undefined;
}

/** Says which policy this process runs: when that changes, and every minute. What can't be said holds nothing up. */
export class PolicyAcknowledger {
  readonly #options: PolicyAcknowledgerOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopFollowing: (() => void) | undefined;
  #isSending = false;
  #isWanted = false;
  #isClosed = false;
  #lastReason = "";

  constructor(options: PolicyAcknowledgerOptions) {
    this.#options = options;
  }

  /** Begins. `told` hears of what can't be reached, each kind once until it changes. */
  start(follower: PolicyFollower, told: (problem: unknown) => void): void {
    const say = () => void this.#say(follower, told);
    this.#stopFollowing = follower.onChange(say);
    say();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopFollowing?.();
    clearTimeout(this.#timer);
  }

  /** What changes while it is under way is said behind it, once. */
  async #say(follower: PolicyFollower, told: (problem: unknown) => void): Promise<void> {
    this.#isWanted = true;
    if (this.#isSending) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    let nextMs = INTERVAL_MS;
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false;
      try {
        await this.#send(follower);
        this.#lastReason = "";
        nextMs = INTERVAL_MS;
      } catch (problem) {
        if (String(problem) !== this.#lastReason) told(problem);
        this.#lastReason = String(problem);
        nextMs = RETRY_MS;
      }
    }
    this.#isSending = false;
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.#say(follower, told), nextMs).unref();
  }

  async #send({ running, refused }: PolicyFollower): Promise<void> {
    const { url, audience, instance, authorization } = this.#options;
    const credentials = authorization?.();
    const acknowledgement: PolicyAcknowledgement = {
      ...audience,
      instance,
      ...(running !== undefined && { running }),
      ...(refused !== undefined && { refused }),
    };
    let response: Response;
    try {
      response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(credentials !== undefined && { authorization: credentials }),
        },
        body: JSON.stringify(acknowledgement),
        redirect: "error",
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      await response.body?.cancel();
    } catch (cause) {
      throw unsaid("no answer", cause);
    }
    if (!response.ok) throw unsaid(`status ${response.status}`);
  }
}

/** Says nothing of the address, which may hold credentials. */
function unsaid(reason: string, cause?: unknown): OperatingError {
  return new OperatingError("SOURCE_UNREACHABLE", `which policy runs here can't be acknowledged: ${reason}`, {
    hint: "the policy is in force all the same; it is tried again",
    cause,
  });
}
