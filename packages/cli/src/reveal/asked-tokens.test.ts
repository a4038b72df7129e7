import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { AskedTokens } from "./asked-tokens.ts";
import type { TokenAnswer } from "./reveal-client.ts";

test("each token is asked for once, also while its answer is on its way", async () => {
  const asked: string[] = [];
  const tokens = new AskedTokens(async (token) => {
    asked.push(token);
    await sleep(5);
    return token === "bad" ? { kind: "refused" } : { kind: "opened", value: token.toUpperCase() };
  });
  const values = await Promise.all(["a", "b", "a", "bad", "bad", "a"].map((token) => tokens.valueOf(token)));
  expect(values).toEqual(["A", "B", "A", undefined, undefined, "A"]);
  expect(await tokens.valueOf("a")).toBe("A");
  expect(asked).toEqual(["a", "b", "bad"]);
  expect(tokens.counts).toEqual({ opened: 2, refused: 1, unanswered: 0 });
});

test("sixteen at most are asked for at a time, and all are in the end", async () => {
  let [running, most] = [0, 0];
  const tokens = new AskedTokens(async (value): Promise<TokenAnswer> => {
    most = Math.max(most, ++running);
    await sleep(1);
    running--;
    return { kind: "opened", value };
  });
  const values = await Promise.all(Array.from({ length: 100 }, (_, at) => tokens.valueOf(`${at}`)));
  expect(values.at(-1)).toBe("99");
  expect([most, running]).toEqual([16, 0]);
});

test("where asking fails all that wait hear of it, and others are still asked for", async () => {
  const tokens = new AskedTokens(async (token): Promise<TokenAnswer> => {
    await sleep(1);
    if (token === "bad") throw new Error("no");
    return { kind: "opened", value: token };
  });
  const [first, second, other] = await Promise.allSettled(
    ["bad", "bad", "a"].map((each) => tokens.valueOf(each)),
  );
  expect([first!.status, second!.status, other!.status]).toEqual(["rejected", "rejected", "fulfilled"]);
});

test("answers take bounded memory: the one that was met longest ago is asked for again", async () => {
  let asked = 0;
  const tokens = new AskedTokens(async (value): Promise<TokenAnswer> => {
    asked++;
    return { kind: "opened", value };
  });
  await tokens.valueOf("kept");
  await tokens.valueOf("forgotten");
  for (let at = 0; at < 10_000; at++) {
    await tokens.valueOf(`${at}`);
    await tokens.valueOf("kept");
  }
  expect(asked).toBe(10_002);
  await tokens.valueOf("kept");
  expect(asked).toBe(10_002);
  await tokens.valueOf("forgotten");
  expect(asked).toBe(10_003);
});
