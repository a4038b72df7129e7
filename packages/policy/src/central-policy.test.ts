import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { withCentralPolicy } from "./central-policy.ts";
import { compilePolicy } from "./compile.ts";
import type { LoadedPolicy } from "./load.ts";
import { parsePolicy } from "./parse.ts";

const RECIPIENT = generateKeyPairSync("x25519").publicKey;
const SECRET = Buffer.alloc(32, 7);

const local = (changes: Partial<LoadedPolicy> = {}): LoadedPolicy => ({
  documents: [parsePolicy("version: 1\nunknown: drop", "local.yaml")],
  pseudonymKey: { version: 1, secret: SECRET },
  sealKey: { recipient: RECIPIENT, tenant: "shop" },
  warnings: [],
  ...changes,
});
const central = (text: string) => [{ name: "central.yaml", text: `version: 1\n${text}` }];
const planOf = (loaded: LoadedPolicy) => compilePolicy(loaded.documents, loaded);

test("a central policy takes the place of the local base, with the local keys", () => {
  const plan = planOf(
    withCentralPolicy(
      local(),
      central("rules: [{ attribute: a, action: seal }, { attribute: b, action: pseudonym }]"),
    ),
  );
  expect(plan.decide("a", 0).action.kind).toBe("seal");
  expect(plan.decide("c", 0).action.kind).toBe("scan"); // and not what the local base has
  expect(plan.sealKey?.recipient).toBe(RECIPIENT);
  expect(plan.pseudonymKey?.secret).toBe(SECRET);
});

test("further local layers still tighten it", () => {
  const documents = [
    ...local().documents,
    parsePolicy("version: 1\nclasses: { payload: drop }", "team.yaml"),
  ];
  const plan = planOf(withCentralPolicy(local({ documents }), central("classes: { payload: scan }")));
  expect(plan.decide("http.request.body.content", 0).action.kind).toBe("drop");
});

test.each([
  ["the key of pseudonyms", "keys: { pseudonym: { version: 2, file: other.key } }"],
  ["the key of pseudonyms in the environment", "keys: { pseudonym: { version: 2, env: PATH } }"],
  ["the recipient of what is sealed", "keys: { seal: { file: other.pub } }"],
  ["no key, where keys are named", "keys: {}"],
])("a central policy that names %s is refused", (_name, text) => {
  const refused = expect.objectContaining({
    code: "POLICY_INVALID",
    path: "keys",
    message: expect.stringContaining("can't name keys"),
  });
  expect(() => withCentralPolicy(local(), central(text))).toThrow(refused);
  expect(() => withCentralPolicy(local(), [...central(""), ...central(text)])).toThrow(refused);
});

test("a central policy that needs a key which is not here is refused", () => {
  const loaded = withCentralPolicy(
    local({ pseudonymKey: undefined, sealKey: undefined }),
    central("rules: [{ attribute: a, action: pseudonym }]"),
  );
  expect(() => planOf(loaded)).toThrow(expect.objectContaining({ code: "POLICY_KEY_MISSING" }));
});
