import { expect, test } from "vitest";
import { CloseWithLast } from "./close-with-last.ts";

test("it closes with the last, once, and each of its users is shut down as often as it was told", async () => {
  const calls: string[] = [];
  const closing = new CloseWithLast(async () => void calls.push("closed"));
  const [first, second] = ["first", "second"].map((name) =>
    closing.with({ name, shutdown: async () => void calls.push(name) }),
  );
  await first!.shutdown();
  await first!.shutdown();
  expect(calls).toEqual(["first", "first"]);
  await second!.shutdown();
  await second!.shutdown();
  expect(calls).toEqual(["first", "first", "second", "closed", "second"]);
  expect(second!.name).toBe("second");
});

test("it closes also where the last fails to shut down, which is told", async () => {
  let isClosed = false;
  const closing = new CloseWithLast(async () => {
    isClosed = true;
  });
  const user = closing.with({ shutdown: async () => Promise.reject(new Error("down")) });
  await expect(user.shutdown()).rejects.toThrow("down");
  expect(isClosed).toBe(true);
});
