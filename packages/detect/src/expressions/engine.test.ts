import { expect, test } from "vitest";
import { chooseEngine, ENGINE_VARIABLE, expressionEngine, expressionEngineWarning } from "./engine.ts";
import { loadNativeEngine } from "./native-engine.ts";

/** As `require` does where the add-on's file is missing, and where the package is. */
function failing(code: string): typeof loadNativeEngine {
  return () => {
    throw Object.assign(new Error("Cannot find module, and where it was looked for"), { code });
  };
}

test("the native engine is taken where it loads", () => {
  for (const asked of [undefined, "", "re2"])
    expect(chooseEngine(asked)).toEqual({ engine: expect.objectContaining({ name: "re2" }) });
});

test.each(["MODULE_NOT_FOUND", "ERR_DLOPEN_FAILED"])(
  "re2js takes over on %s, and the reason is kept",
  (code) => {
    const { engine, reason } = chooseEngine(undefined, failing(code));
    expect(engine.name).toBe("re2js");
    expect(reason).toBe(`the native add-on re2 can't be loaded (${code})`);
  },
);

test("re2js is taken where it is asked for, and the add-on isn't even tried", () => {
  let isTried = false;
  const load = () => {
    isTried = true;
    return loadNativeEngine();
  };
  expect(chooseEngine("re2js", load).engine.name).toBe("re2js");
  expect(isTried).toBe(false);
});

test("who asks for the native engine gets it, or an error at start", () => {
  expect(() => chooseEngine("re2", failing("MODULE_NOT_FOUND"))).toThrow(
    expect.objectContaining({ code: "ENGINE_UNAVAILABLE", path: ENGINE_VARIABLE }),
  );
  expect(() => chooseEngine("pcre")).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", path: ENGINE_VARIABLE }),
  );
});

test("a warning is there just where the engine isn't the native one", () => {
  expect(expressionEngineWarning() === undefined).toBe(expressionEngine() === "re2");
});
