import { GrantView, RequestView } from "@scrim/access/client";
import { type AccessClient, openClient } from "../access/access-client.ts";
import { accessIdOf, idOfKind } from "../access/access-id.ts";
import { commandLine } from "../access/command-line.ts";
import { jsonLine } from "../access/documents.ts";
import { sayFor } from "../access/say.ts";
import { type AccessRequest, grantPage, requestPage } from "../access/views-text.ts";
import { EXIT_OF_STATE, STOPPED_EXIT, waitForDecision } from "../access/wait-for-decision.ts";
import type { CommandInput, CommandStreams } from "../command.ts";
import { nowSeconds } from "../grants/time-text.ts";

const NAME = "access show";

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const client = openClient(input);
  const isWait = input.options.wait === true;
  const { kind, id } = isWait
    ? { kind: "request" as const, id: idOfKind(input, "request") }
    : accessIdOf(input);
  return kind === "request"
    ? await showRequest(client, id, input, streams, isWait)
    : await showGrant(client, id, input, streams);
}

async function showRequest(
  client: AccessClient,
  id: string,
  input: CommandInput,
  streams: CommandStreams,
  isWait: boolean,
): Promise<number> {
  const path = `/v1/requests/${id}`;
  let shown = await client.ask({ method: "GET", path, subject: id }, RequestView);
  if (isWait && shown.value.state === "pending") {
    const decided = await waitForDecision(client, input, shown, NAME, streams);
    if (decided === undefined) return STOPPED_EXIT;
    shown = decided;
  }
  const { value, document } = shown;
  streams.stdout.write(input.options.json === true ? jsonLine(document) : requestPage(value, nowSeconds()));
  hintNext(input, streams, value);
  return isWait ? EXIT_OF_STATE[value.state] : 0;
}

function hintNext(input: CommandInput, streams: CommandStreams, { id, state, grant }: AccessRequest): void {
  const say = sayFor(NAME, streams);
  if (state === "pending") {
    say.hint(`decide: ${commandLine(input, `access approve ${id}`)}`);
    say.hint(`or: ${commandLine(input, `access deny ${id} --comment WHY`)}`);
  } else if (grant !== undefined) {
    say.hint(`what came of it: ${commandLine(input, `access show ${grant}`)}`);
  }
}

async function showGrant(
  client: AccessClient,
  id: string,
  input: CommandInput,
  streams: CommandStreams,
): Promise<number> {
  const path = `/v1/grants/${id}`;
  const { value, document } = await client.ask({ method: "GET", path, subject: id }, GrantView);
  streams.stdout.write(input.options.json === true ? jsonLine(document) : grantPage(value, nowSeconds()));
  const say = sayFor(NAME, streams);
  const isOpen = value.state === "active" || value.state === "scheduled";
  if (isOpen) say.hint(`end it: ${commandLine(input, `access revoke ${id}`)}`);
  if (value.review !== undefined && value.review.state !== "reviewed")
    say.hint(`say that you have looked at it: ${commandLine(input, `access review ${id}`)}`);
  return 0;
}
