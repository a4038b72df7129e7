import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, onTestFinished, test } from "vitest";
import { runAccess } from "./running-access.ts";

test("what is served as OpenAPI 3.1 is that, as another implementation reads it", async () => {
  const access = await runAccess();
  onTestFinished(() => access.stop());
  const { body } = await access.call<Record<string, unknown>>(undefined, "GET", "/v1/openapi.json");
  const validator = new Validator();
  expect(await validator.validate(body)).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
  expect(Object.keys(body.paths as object).length).toBeGreaterThan(15);
  const spoiled = { ...body, paths: { "/v1/x": { get: { responses: 7 } } } };
  expect((await new Validator().validate(spoiled)).valid).toBe(false);
});
