import { directorySource, parseEntry, readBundles, readPublished, readVerifier } from "@scrim/audit";
import { openPolicyBundle, type PolicyBundle, readPublicKey } from "@scrim/grants";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Caller, type RunningAccess, runAccess } from "./running-access.ts";

const DIRECTORY = `
tenants: [shop, bank]
people:
  - { id: dora, tenant: shop, identities: ["token:dora"], roles: [admin, policy_approver] }
  - { id: ben, tenant: shop, identities: ["token:ben"], roles: [admin] }
  - { id: eva, tenant: shop, identities: ["token:eva"], roles: [policy_approver] }
  - { id: cy, tenant: shop, identities: ["token:cy"], roles: [viewer] }
  - { id: nobody, tenant: shop, identities: ["token:nobody"], roles: [] }
  - { id: zoe, tenant: bank, identities: ["token:zoe"], roles: [admin, policy_approver] }
machines:
  - { id: bot, tenant: shop, identities: ["token:bot"], owners: [eva], acts_for: [dora], roles: [admin, policy_approver] }
workloads:
  - { id: pay-pods, tenant: shop, identities: ["token:pay-pods"], services: [{ service: pay, environment: production }] }
teams: []
`;
const AUDIENCE = { services: ["pay*"], environments: ["production"] };
const OURS = { service: "pay", environment: "production" };
const DEFAULT = "version: 1\nname: shop\ndetectors: { use: [] }\n"; // which is compiled soon
const STRICTER = `${DEFAULT}classes: { payload: drop }\n`;

interface Policy {
  readonly id: string;
  readonly revision: number;
  readonly state: string;
  readonly share: number;
  readonly digest: string;
  readonly weakens: boolean;
  readonly reason?: string;
  readonly differences: readonly { readonly path: string; readonly change: string }[];
}

let access: RunningAccess;
const start = async (config: object = {}) => {
  access = await runAccess({ directory: DIRECTORY, config });
};
beforeEach(() => start());
afterEach(() => access.stop());

const input = (text: string | undefined, changes: object = {}) => ({
  audience: AUDIENCE,
  documents: text === undefined ? [] : [{ name: "shop.yaml", text }],
  reason: "payloads hold card numbers",
  ...changes,
});
const post = (caller: Caller, path: string, body: object = {}) =>
  access.call<Policy & { readonly reason: string }>(caller, "POST", `/v1/policies${path}`, { body });

async function proposed(
  text: string | undefined,
  caller: Caller = "dora",
  changes: object = {},
): Promise<Policy> {
  const { status, body, text: answer } = await post(caller, "", input(text, changes));
  if (status !== 201) throw new Error(answer);
  return body;
}

/** Through all that it takes. */
async function published(text: string | undefined, changes: object = {}): Promise<Policy> {
  const { id } = await proposed(text, "dora", changes);
  await post("eva", `/${id}/approve`);
  const { body, status, text: answer } = await post("dora", `/${id}/stage`, { share: 100 });
  if (status !== 200) throw new Error(answer);
  return body;
}

async function bundle(): Promise<PolicyBundle> {
  const response = await fetch(`${access.url}/v1/policy-bundles/pay/production`, {
    headers: { authorization: `Bearer ${access.tokenOf("pay-pods")}` },
  });
  const trusted = [readPublicKey("policy", access.policySigning.publicKey, "policy.pub")];
  return openPolicyBundle(Buffer.from(await response.arrayBuffer()), { audience: OURS, trusted });
}

const stateOf = async (id: string) => {
  const { body } = await access.call<Policy>("cy", "GET", `/v1/policies/${id}`);
  return `${body.state} ${body.share}`;
};

/** What the log says of policies, and all that it says. */
async function logged(): Promise<{ readonly actions: readonly string[]; readonly text: string }> {
  const source = directorySource(`${access.folder}/audit`);
  const { size } = await readPublished(source, readVerifier("log", access.auditKey, "audit.pub"));
  const actions: string[] = [];
  let text = "";
  for await (const { entries } of readBundles(source, size)) {
    for (const bytes of entries) {
      const entry = parseEntry(bytes);
      if (entry?.kind === "policy") actions.push(entry.action);
      text += bytes.toString();
    }
  }
  return { actions, text };
}

test("a policy is proposed, approved by somebody else, tried by a share, and then everybody's", async () => {
  expect((await bundle()).policies).toEqual([]);
  const first = await published(DEFAULT);
  expect(await bundle()).toMatchObject({ policies: [{ id: first.id, revision: 1, share: 100 }] });

  const next = await proposed(STRICTER);
  expect(next).toMatchObject({
    state: "proposed",
    revision: 2,
    replaces: first.id,
    weakens: false,
    differences: [{ path: "classes.payload", change: "stronger" }],
  });
  expect((await post("dora", `/${next.id}/stage`, { share: 10 })).body).toMatchObject({
    reason: "not_stageable",
  });
  expect((await post("eva", `/${next.id}/approve`, { comment: "good" })).body.state).toBe("approved");
  await post("dora", `/${next.id}/stage`, { share: 10 });
  expect(await bundle()).toMatchObject({
    policies: [
      { id: next.id, share: 10, documents: [{ text: STRICTER }] },
      { id: first.id, share: 100 },
    ],
  });
  await post("dora", `/${next.id}/stage`, { share: 0 });
  expect((await bundle()).policies).toMatchObject([{ id: first.id }]);
  await post("dora", `/${next.id}/stage`, { share: 100 });
  expect((await bundle()).policies).toMatchObject([{ id: next.id }]);
  expect([await stateOf(first.id), await stateOf(next.id)]).toEqual(["superseded 0", "current 100"]);
});

test("going back is a proposal too, which shows what it gives up", async () => {
  await published(DEFAULT);
  await published(STRICTER);
  const back = await proposed(DEFAULT);
  expect(back).toMatchObject({
    state: "proposed",
    revision: 3,
    weakens: true,
    differences: [{ path: "classes.payload", change: "weaker" }],
  });
});

test.each<[name: string, caller: Caller, status: number, reason: string]>([
  ["who proposed it, whatever roles they have", "dora", 403, "own_request"],
  ["a machine", "bot", 403, "forbidden"],
  ["who may propose alone", "ben", 403, "forbidden"],
  ["who may read alone", "cy", 403, "forbidden"],
  ["who may nothing", "nobody", 404, "unknown"],
  ["a process", "pay-pods", 403, "forbidden"],
  ["somebody of another tenant", "zoe", 404, "unknown"],
])("%s neither approves nor denies", async (_name, caller, status, reason) => {
  const { id } = await proposed(DEFAULT);
  for (const verb of ["approve", "deny"]) {
    expect(await post(caller, `/${id}/${verb}`)).toMatchObject({ status, body: { reason } });
  }
  expect(await stateOf(id)).toBe("proposed 0");
});

test("what a machine proposes, whom it acts for and who owns it can't approve", async () => {
  const response = await access.call<Policy>("bot", "POST", "/v1/policies", {
    body: input(DEFAULT),
    headers: { "scrim-acting-for": "dora" },
  });
  expect(response.status).toBe(201);
  for (const caller of ["dora", "eva"] as const) {
    expect(await post(caller, `/${response.body.id}/approve`)).toMatchObject({
      body: { reason: "own_request" },
    });
  }
});

test("a policy that is denied is put on no process", async () => {
  const { id } = await proposed(DEFAULT);
  expect((await post("eva", `/${id}/deny`)).body.state).toBe("rejected");
  expect((await post("eva", `/${id}/approve`)).body).toMatchObject({ reason: "state" });
  expect((await post("dora", `/${id}/stage`, { share: 100 })).body).toMatchObject({
    reason: "not_stageable",
  });
});

test("an approval is for what was compared: once another is current, the policy has to be proposed again", async () => {
  await published(STRICTER);
  const before = await proposed(`${STRICTER}unknown: drop\n`);
  const late = await proposed(`${STRICTER}body: mask\n`);
  await post("eva", `/${before.id}/approve`);
  await published(DEFAULT);
  expect(await stateOf(before.id)).toBe("superseded 0");
  for (const [caller, path, body] of [
    ["eva", `/${late.id}/approve`, {}],
    ["dora", `/${before.id}/stage`, { share: 100 }],
  ] as const) {
    expect((await post(caller, path, body)).status).toBe(409);
  }
});

test("two policies are not tried at once", async () => {
  await published(DEFAULT);
  const [one, other] = [await proposed(STRICTER), await proposed(`${STRICTER}body: mask\n`)];
  for (const { id } of [one, other]) await post("eva", `/${id}/approve`);
  expect((await post("dora", `/${one.id}/stage`, { share: 20 })).status).toBe(200);
  expect((await post("dora", `/${other.id}/stage`, { share: 20 })).body).toMatchObject({
    reason: "not_stageable",
  });
});

test("a service has one policy: none that is for some of its services hides another's", async () => {
  await published(DEFAULT);
  const audience = { services: ["*"], environments: ["prod*"] };
  expect(await post("dora", "", input("version: 1\nunknown: keep", { audience }))).toMatchObject({
    status: 409,
    body: { reason: "audience" },
  });
  const elsewhere = { services: ["*"], environments: ["staging"] };
  expect((await published(DEFAULT, { audience: elsewhere })).state).toBe("current");
  expect((await bundle()).policies).toHaveLength(1);
});

test("two that are approved at once for some of the same services do not both come to be", async () => {
  const one = await proposed(DEFAULT);
  const other = await proposed(DEFAULT, "dora", { audience: { services: ["pay"], environments: ["*"] } });
  for (const { id } of [one, other]) await post("eva", `/${id}/approve`);
  expect((await post("dora", `/${one.id}/stage`, { share: 1 })).status).toBe(200);
  expect(await post("dora", `/${other.id}/stage`, { share: 100 })).toMatchObject({
    body: { reason: "audience" },
  });
});

test("to take the central policy away weakens, and needs somebody else", async () => {
  expect((await post("dora", "", input(undefined))).body).toMatchObject({ reason: "state" });
  await published(DEFAULT);
  const none = await proposed(undefined);
  expect(none).toMatchObject({ state: "proposed", weakens: true });
  await post("eva", `/${none.id}/approve`);
  expect((await post("dora", `/${none.id}/stage`, { share: 50 })).body).toMatchObject({
    reason: "not_stageable",
  });
  await post("dora", `/${none.id}/stage`, { share: 100 });
  expect((await bundle()).policies).toEqual([]);
  expect(await proposed(DEFAULT)).toMatchObject({ weakens: true });
});

test("where the configuration says so, one that weakens nothing needs nobody; all others still do", async () => {
  await access.stop();
  await start({ policies: { stricter_needs_approval: false } });
  expect((await proposed(DEFAULT)).state).toBe("proposed"); // in the place of nobody knows what
  await published(DEFAULT);
  const stricter = await proposed(STRICTER);
  expect(stricter.state).toBe("approved");
  await post("dora", `/${stricter.id}/stage`, { share: 100 });
  expect((await proposed(DEFAULT)).state).toBe("proposed");
});

const CANARY = "jane@leak.example";

test.each<[name: string, text: string, message: string]>([
  ["no YAML", `\t{ ${CANARY}`, "CONFIG_UNREADABLE"],
  ["an unknown key", `version: 1\n${CANARY}: 1`, "POLICY_INVALID"],
  ["a wrong action", `version: 1\nunknown: ${CANARY}`, "POLICY_INVALID"],
  ["keys", "version: 1\nkeys: { seal: { file: /etc/passwd } }", "POLICY_INVALID"],
  ["a key of pseudonyms", "version: 1\nkeys: { pseudonym: { version: 1, env: HOME } }", "POLICY_INVALID"],
  ["a detector that nobody knows", `version: 1\ndetectors: { use: ['${CANARY}'] }`, "POLICY_INVALID"],
  [
    "a detector that matches everything",
    "version: 1\ndetectors: { custom: [{ id: all, pattern: '.*', atoms: ['.'] }] }",
    "DETECTOR_INVALID",
  ],
])("a policy with %s is refused, with where and which code, and nothing of it", async (_name, text, code) => {
  const { status, body, text: answer } = await post("dora", "", input(text));
  expect({ status, body }).toMatchObject({ status: 422, body: { reason: "policy" } });
  expect(answer).toContain(code);
  expect(answer).not.toContain(CANARY);
  expect(answer).not.toContain("passwd");
});

test.each<[name: string, changes: object]>([
  ["no audience", { audience: undefined }],
  ["an audience of nobody", { audience: { services: [], environments: ["a"] } }],
  ["control characters in a name", { audience: { services: ["a\u001b"], environments: ["a"] } }],
  ["a document's name that is a path", { documents: [{ name: "../x", text: DEFAULT }] }],
  ["no reason", { reason: "" }],
  ["a member that is not known", { state: "current" }],
  ["a share of its own", { share: 100 }],
])("a proposal with %s is refused", async (_name, changes) => {
  expect(await post("dora", "", input(DEFAULT, changes))).toMatchObject({
    status: 422,
    body: { reason: "invalid" },
  });
});

test("who may not propose, doesn't; nobody reads another tenant's policies", async () => {
  for (const caller of ["cy", "eva", "nobody", "pay-pods", "bot"] as const) {
    expect(await post(caller, "", input(DEFAULT))).toMatchObject({ body: { reason: "forbidden" } });
  }
  const { id } = await proposed(DEFAULT);
  expect((await access.call("zoe", "GET", `/v1/policies/${id}`)).status).toBe(404);
  expect((await access.call("zoe", "GET", "/v1/policies")).body).toEqual({ policies: [] });
  expect((await access.call("zoe", "GET", `/v1/policies/${id}/processes`)).status).toBe(404);
  expect((await access.call("cy", "GET", "/v1/policies?state=proposed")).body).toMatchObject({
    policies: [{ id, state: "proposed" }],
  });
});

test("processes say what they run, and who may read policies sees it; processes of others they are not", async () => {
  const { id, digest } = await published(DEFAULT);
  const running = { id, revision: 1, digest };
  const said = (body: object, caller: Caller = "pay-pods") =>
    access.call(caller, "POST", "/v1/policy-acknowledgements", {
      body: { ...OURS, instance: "pod-1", ...body },
    });
  expect((await said({ running })).status).toBe(200);
  const refused = { id, revision: 1, digest, reason: "POLICY_KEY_MISSING" };
  expect((await said({ instance: "pod-2", refused })).status).toBe(200);
  const { body } = await access.call<{ processes: object[] }>("cy", "GET", `/v1/policies/${id}/processes`);
  expect(body.processes).toMatchObject([
    { ...OURS, instance: "pod-1", running },
    { instance: "pod-2", refused },
  ]);
  await said({ instance: "pod-2", running });
  const after = await access.call<{ processes: object[] }>("cy", "GET", `/v1/policies/${id}/processes`);
  expect(after.body.processes[1]).not.toHaveProperty("refused");

  expect(await said({ running, service: "cart" })).toMatchObject({ body: { reason: "unknown_service" } });
  expect(await said({ running }, "dora")).toMatchObject({ body: { reason: "unknown_service" } });
  expect(await said({ running: { ...running, digest: "x" } })).toMatchObject({ status: 422 });
  expect(await said({ refused: { reason: "jane@leak.example" } })).toMatchObject({ status: 422 });
  expect(await said({ instance: "a\nb" })).toMatchObject({ status: 422 });
});

test("a bundle is for who belongs to the service", async () => {
  for (const [caller, path] of [
    ["pay-pods", "/v1/policy-bundles/cart/production"],
    ["pay-pods", "/v1/policy-bundles/pay/staging"],
    ["nobody", "/v1/policy-bundles/pay/production"],
  ] as const) {
    expect(await access.call(caller, "GET", path)).toMatchObject({ status: 404 });
  }
  expect((await access.call(undefined, "GET", "/v1/policy-bundles/pay/production")).status).toBe(401);
  const ours = await access.call("pay-pods", "GET", "/v1/policy-bundles/pay/production");
  const headers = { "if-none-match": ours.headers.get("etag")! };
  expect(
    (await access.call("pay-pods", "GET", "/v1/policy-bundles/pay/production", { headers })).status,
  ).toBe(304);
});

test("every step is an entry, without the texts", async () => {
  await published(DEFAULT);
  const next = await proposed(STRICTER);
  await post("dora", `/${next.id}/approve`);
  await post("eva", `/${next.id}/approve`, { comment: "seen by jane@leak.example" });
  await post("dora", `/${next.id}/stage`, { share: 5 });
  await post("dora", `/${next.id}/stage`, { share: 100 });
  const last = await proposed(DEFAULT);
  await post("eva", `/${last.id}/deny`);
  const { actions, text } = await logged();
  expect(text).not.toMatch(/jane|payload|version: 1/);
  expect(actions).toEqual([
    "propose",
    "approve",
    "publish",
    "propose",
    "approve",
    "stage",
    "publish",
    "supersede",
    "propose",
    "deny",
  ]);
});

test("a request that is repeated with its key proposes once; a restart forgets nothing", async () => {
  const ask = () =>
    access.call<Policy>("dora", "POST", "/v1/policies", {
      body: input(DEFAULT),
      headers: { "idempotency-key": "proposal-1" },
    });
  const [one, again] = [await ask(), await ask()];
  expect(again.body.id).toBe(one.body.id);
  await published(STRICTER);
  await access.restart();
  expect((await bundle()).policies).toMatchObject([{ documents: [{ text: STRICTER }] }]);
});
