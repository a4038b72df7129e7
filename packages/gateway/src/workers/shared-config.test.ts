import { type FileContents, MetricRegistry } from "@scrim/pipeline";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { CONFIG_RELOAD_FAILED, CONFIG_REVISION } from "../reload/config-metrics.ts";
import { parseSpoolConfig } from "../spool/spool-of.ts";
import type { ToWorker } from "./messages.ts";
import { type Follower, GATEWAY_WORKERS, SharedConfig } from "./shared-config.ts";

const READ_MS_MAX = 1_000;

type Place = Follower & { isReady: boolean };

const filesOf = (text: string): FileContents =>
  new Map([["/gateway.yaml", { bytes: Buffer.from(text), mode: 0o100600 }]]);
const FIRST = filesOf("first");
const SECOND = filesOf("second");
const SPOOL = parseSpoolConfig({ directory: "/spool" });

/** Three places for workers, which keep what they are told. */
function make() {
  const told: ToWorker[][] = [[], [], []];
  const metrics = new MetricRegistry();
  const places = told.map(
    (messages, index): Place => ({
      index,
      isReady: false,
      present: undefined,
      tell: (message) => void messages.push(message),
    }),
  );
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (message: string) => void warnings.push(message) };
  const config = new SharedConfig(places, metrics, log, READ_MS_MAX);
  const state = (name: string) => metrics.value(GATEWAY_WORKERS, { state: name });
  const ready = (index: number, files: FileContents) => {
    places[index]!.isReady = true;
    config.ready(places[index]!, { files, spool: SPOOL });
  };
  return {
    config,
    warnings,
    revision: () => metrics.value(CONFIG_REVISION, {}),
    places,
    ready,
    begun: (index: number) => config.begun(places[index]!),
    end(index: number) {
      places[index]!.isReady = false;
      config.gone(places[index]!);
    },
    /** What each was told since the last look. */
    heard: (index: number) => told[index]!.splice(0),
    states: () => [state("in_force"), state("behind"), state("starting")],
    failed: () => metrics.value(CONFIG_RELOAD_FAILED, {}),
    begin(index: number, files: FileContents) {
      config.begun(places[index]!);
      ready(index, files);
    },
    answer: (index: number, status: "in_force" | "unchanged" | "refused", files: FileContents) =>
      config.reloaded(places[index]!, { type: "reloaded", status, files }),
  };
}

const READ: ToWorker = { type: "reload", files: undefined };
const take = (files: FileContents): ToWorker => ({ type: "reload", files });
const beginBy = (files: FileContents | undefined): ToWorker => ({ type: "begin", files, spool: SPOOL });

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

/** All ready, by what the first has read. */
function makeReady() {
  const made = make();
  for (const index of [0, 1, 2]) made.begin(index, FIRST);
  expect(made.heard(0)).toEqual([{ type: "begin", files: undefined, spool: undefined }]);
  for (const index of [1, 2]) expect(made.heard(index)).toEqual([beginBy(FIRST)]);
  return made;
}

test("the first reads, the others begin with what it has read", () => {
  const { states } = makeReady();
  expect(states()).toEqual([3, 0, 0]);
});

test("at a reload one reads, and the others take what it has put into force", () => {
  const { config, heard, answer, states, failed } = makeReady();
  config.reload();
  expect([heard(0), heard(1), heard(2)]).toEqual([[READ], [], []]);
  answer(0, "in_force", SECOND);
  expect([heard(0), heard(1), heard(2)]).toEqual([[], [take(SECOND)], [take(SECOND)]]);
  expect(states()).toEqual([1, 2, 0]);
  answer(1, "in_force", SECOND);
  answer(2, "in_force", SECOND);
  expect([heard(0), heard(1), heard(2)]).toEqual([[], [], []]);
  expect([states(), failed()]).toEqual([[3, 0, 0], 0]);
});

test.each(["refused", "unchanged"] as const)("what is %s goes to no other", (status) => {
  const { config, heard, answer, states, failed } = makeReady();
  config.reload();
  answer(0, status, FIRST);
  expect([heard(0), heard(1), heard(2)]).toEqual([[READ], [], []]);
  expect([states(), failed()]).toEqual([[3, 0, 0], status === "refused" ? 1 : 0]);
});

test("a storm of reloads is two", () => {
  const { config, heard, answer } = makeReady();
  for (let n = 0; n < 100; n++) config.reload();
  answer(0, "unchanged", FIRST);
  answer(0, "unchanged", FIRST);
  expect([heard(0), heard(1), heard(2)]).toEqual([[READ, READ], [], []]);
});

test("one that can't take it is behind until the next reload, and not told again before", () => {
  const { config, heard, answer, states } = makeReady();
  config.reload();
  answer(0, "in_force", SECOND);
  answer(1, "refused", FIRST);
  answer(2, "in_force", SECOND);
  expect(states()).toEqual([2, 1, 0]);
  expect(heard(1)).toEqual([take(SECOND)]);
  config.reload();
  answer(0, "unchanged", SECOND);
  expect(heard(1)).toEqual([take(SECOND)]);
  answer(1, "in_force", SECOND);
  expect(states()).toEqual([3, 0, 0]);
});

test("one that started meanwhile takes it when it is ready; one that begins later begins with it", () => {
  const { config, heard, answer, begin, begun, ready, end, states } = makeReady();
  end(1);
  end(2);
  begun(1);
  config.reload();
  answer(0, "in_force", SECOND);
  expect(heard(1)).toEqual([beginBy(FIRST)]);
  expect(states()).toEqual([1, 0, 2]);
  ready(1, FIRST);
  expect(heard(1)).toEqual([take(SECOND)]);
  begin(2, SECOND);
  expect(heard(2)).toEqual([beginBy(SECOND)]);
});

test("where the one that reads ends, another reads", () => {
  const { config, heard, answer, end, failed, warnings } = makeReady();
  config.reload();
  end(0);
  expect([heard(0), heard(1), failed()]).toEqual([[READ], [READ], 0]);
  expect(warnings).toEqual(["worker 0 has ended over the configuration: another one tries"]);
  answer(1, "in_force", SECOND);
  expect([heard(2), failed()]).toEqual([[take(SECOND)], 0]);
});

test("where two have ended over it, it stays as it was until somebody asks again", () => {
  const { config, places, heard, begun, ready, end, failed, warnings } = makeReady();
  config.reload();
  end(0);
  end(1);
  expect([heard(2), failed()]).toEqual([[], 1]);
  expect(warnings.at(-1)).toMatch(
    /^the configuration stays as it was: worker 1 has ended over the configuration, as another/,
  );
  heard(0);
  begun(0);
  ready(0, FIRST);
  config.filesChanged(places[0]!); // which is what the others have ended over
  config.filesChanged(places[2]!);
  expect([heard(0), heard(2)]).toEqual([[beginBy(FIRST)], []]);
  config.reload();
  expect([heard(0), heard(2)]).toEqual([[READ], []]);
});

test("who has seen one change that workers have ended over sees the next one for the first time", () => {
  const { config, places, heard, begin, end } = makeReady();
  for (let n = 0; n < 2; n++) {
    config.reload();
    end(0);
    end(1);
    config.filesChanged(places[2]!);
    expect(heard(2)).toEqual([]);
    begin(0, FIRST);
    begin(1, FIRST);
  }
});

test("what changes after two have ended over it is read by itself; what they have ended over is not, however often it is seen", () => {
  const { config, places, heard, begun, ready, end, answer, failed } = makeReady();
  config.filesChanged(places[2]!);
  end(0);
  config.filesChanged(places[1]!);
  end(1);
  expect([heard(1), heard(2)]).toEqual([[READ], []]);
  begun(1);
  ready(1, FIRST);
  config.filesChanged(places[1]!);
  expect(heard(1)).toEqual([beginBy(FIRST)]);
  config.filesChanged(places[1]!);
  expect([heard(1), failed()]).toEqual([[READ], 1]);
  answer(1, "in_force", SECOND);
  expect([heard(2), failed()]).toEqual([[take(SECOND)], 0]);
});

test("where none is left to read what somebody wants read, the next one that begins does, and so may heal what no worker can start with", () => {
  const { config, heard, begun, ready, end, states, revision } = makeReady();
  for (const index of [0, 1, 2]) end(index);
  config.reload();
  begun(0);
  begun(1);
  expect([heard(0), heard(1)]).toEqual([[beginBy(undefined)], [beginBy(FIRST)]]);
  ready(1, FIRST);
  ready(0, SECOND);
  expect([heard(0), heard(1), states(), revision()]).toEqual([[], [take(SECOND)], [1, 1, 1], 2]);
});

test("where such a one ends as well, the next begin with what was in force before", () => {
  const { config, heard, begun, end, failed } = makeReady();
  for (const index of [0, 1, 2]) end(index);
  config.reload();
  for (const files of [undefined, undefined, FIRST]) {
    begun(0);
    expect(heard(0)).toEqual([beginBy(files)]);
    end(0);
  }
  expect(failed()).toBe(1);
});

test("one that takes long has another one read, and what it has read is in force where nothing newer is", () => {
  const { config, heard, answer, states, revision } = makeReady();
  config.reload();
  vi.advanceTimersByTime(READ_MS_MAX);
  expect([heard(0), heard(1)]).toEqual([[READ], [READ]]);
  answer(0, "in_force", SECOND);
  expect([heard(0), heard(1), heard(2)]).toEqual([[], [], [take(SECOND)]]);
  answer(1, "in_force", filesOf("newer"));
  expect([heard(0), revision()]).toEqual([[take(filesOf("newer"))], 3]);
  answer(2, "in_force", SECOND);
  for (const index of [0, 2]) answer(index, "in_force", filesOf("newer"));
  expect(states()).toEqual([3, 0, 0]);
});

test("what one has read that took too long is not in force where something newer is", () => {
  const { config, heard, answer, states, revision } = makeReady();
  config.reload();
  vi.advanceTimersByTime(READ_MS_MAX);
  answer(1, "in_force", SECOND);
  expect([heard(0), heard(2)]).toEqual([[READ], [take(SECOND)]]);
  answer(0, "in_force", filesOf("in between"));
  expect([heard(0), revision()]).toEqual([[take(SECOND)], 2]);
  answer(0, "in_force", SECOND);
  answer(2, "in_force", SECOND);
  expect(states()).toEqual([3, 0, 0]);
});

test("a reload that was answered in time is not given up later, in the next one's time", () => {
  const { config, heard, answer } = makeReady();
  config.reload();
  vi.advanceTimersByTime(READ_MS_MAX - 1);
  answer(0, "unchanged", FIRST);
  config.reload();
  vi.advanceTimersByTime(READ_MS_MAX - 1);
  expect([heard(0), heard(1)]).toEqual([[READ, READ], []]);
});

test("what a process says that nobody waits for any more changes nothing", () => {
  const { config, places, answer, end, states } = makeReady();
  end(0);
  answer(0, "in_force", SECOND);
  config.ready(places[0]!, { files: SECOND, spool: undefined });
  expect(states()).toEqual([2, 0, 1]);
});
