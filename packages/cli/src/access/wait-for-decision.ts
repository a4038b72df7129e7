import { setTimeout as sleep } from "node:timers/promises";
import { RequestView } from "@scrim/access/client";
import { OperatingError } from "@scrim/errors";
import type { CommandInput, CommandStreams } from "../command.ts";
import { durationText, nowSeconds } from "../grants/time-text.ts";
import { stopSignal } from "../stop-signal.ts";
import type { AccessClient, Answered } from "./access-client.ts";
import { commandLine } from "./command-line.ts";
import { createProgress, type Progress } from "./progress.ts";
import { sayFor } from "./say.ts";
import { type AccessRequest, needsOf } from "./views-text.ts";

/** What the control plane may be asked to wait; less than proxies let pass. */
const WAIT_S = 30;

/** Between tries while the control plane is away. */
const AWAY_MS = 2_000;

/** The request's own time-out, and so much more: clocks differ. */
const SLACK_S = 120;

/** Exit codes by what became of a request. */
export const EXIT_OF_STATE: Readonly<Record<AccessRequest["state"], number>> = {
  approved: 0,
  pending: 1,
  denied: 1,
  cancelled: 1,
  timed_out: 1,
};

/** As shells have it for a command that Ctrl-C ended. */
export const STOPPED_EXIT = 130;

/**
 * Waits until a request is decided, and says how it goes; undefined where a signal ended that. The request stays then.
 *
 * @throws {OperatingError} `ACCESS_REFUSED` where it can't be read any more, `SOURCE_UNREACHABLE` where nobody has answered until its end
 */
export async function waitForDecision(
  client: AccessClient,
  input: CommandInput,
  asked: Answered<AccessRequest>,
  name: string,
  streams: CommandStreams,
): Promise<Answered<AccessRequest> | undefined> {
  const aborted = new AbortController();
  const stopped = stopSignal().then(() => aborted.abort());
  const progress = createProgress(name, streams, () => progressText(current.value));
  let current = asked;
  try {
    progress.tell();
    while (current.value.state === "pending") {
      const next = await Promise.race([stopped, nextOf(client, current, aborted.signal, progress)]);
      if (next === undefined) {
        progress.end();
        tellStopped(input, name, streams, current.value);
        return undefined;
      }
      const isNews = next.value.decisions.length !== current.value.decisions.length;
      current = next;
      if (isNews && current.value.state === "pending") progress.tell();
    }
    return current;
  } finally {
    progress.end();
    aborted.abort();
  }
}

/** The request some time later. A control plane that is away for a while may come back. */
async function nextOf(
  client: AccessClient,
  { value, document }: Answered<AccessRequest>,
  signal: AbortSignal,
  progress: Progress,
): Promise<Answered<AccessRequest> | undefined> {
  const { id, times_out_at } = value;
  try {
    const query = { wait: String(WAIT_S) };
    const path = `/v1/requests/${id}`;
    return await client.ask(
      { method: "GET", path, query, subject: id, waitMs: WAIT_S * 1_000, signal },
      RequestView,
    );
  } catch (error) {
    if (signal.aborted) return undefined;
    const isAway = error instanceof OperatingError && error.code === "SOURCE_UNREACHABLE";
    if (!isAway || nowSeconds() > times_out_at + SLACK_S) throw error;
    progress.note("the control plane does not answer; trying again");
    await sleep(AWAY_MS, undefined, { signal }).catch(() => {});
    return signal.aborted ? undefined : { value, document };
  }
}

function progressText(request: AccessRequest): string {
  const leftS = Math.max(0, request.times_out_at - nowSeconds());
  const needs = needsOf(request)
    .map(({ text }) => text)
    .join(", ");
  return `times out in ${durationText(leftS)}; ${needs} (${request.rules.join(", ")})`;
}

function tellStopped(
  input: CommandInput,
  name: string,
  streams: CommandStreams,
  { id, times_out_at }: AccessRequest,
): void {
  const say = sayFor(name, streams);
  const leftS = Math.max(0, times_out_at - nowSeconds());
  say.note(`stopped waiting; request ${id} stays, and times out in ${durationText(leftS)}`);
  say.hint(`take it back: ${commandLine(input, `access cancel ${id}`)}`);
  say.hint(`go on waiting: ${commandLine(input, `access show ${id} --wait`)}`);
}
