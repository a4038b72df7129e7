import { expect, test } from "vitest";
import { grantTable, requestTable } from "./tables.ts";
import { type AccessGrant, type AccessRequest, grantPage, requestPage } from "./views-text.ts";

const NOW = 1_800_000_000;

const LIMITS = { level: "debug", records_per_s: 200, bytes_max: 1_048_576, lookback_s: 0 } as const;
const PLACES = { services: ["checkout"], environments: ["production"] };

const PENDING: AccessRequest = {
  id: "req-6b49d20000000001",
  tenant: "default",
  state: "pending",
  asked_by: { principal: "deploy-bot", acting_for: "alice", people: ["alice", "carol"], teams: [] },
  owners: ["payments"],
  reason: "payments fail",
  ticket: "PAY-17",
  scope: {
    ...PLACES,
    ...LIMITS,
    capability: "capture",
    selector: { where: "url.path == '/pay' && http.route == '/pay'" },
    traces_max: 5,
    lookback_s: 30,
  },
  audiences: [{ service: "checkout", environment: "production" }],
  duration_s: 900,
  asked_duration_s: 7_200,
  break_glass: false,
  rules: ["two-teams"],
  thresholds: [
    { approve: 2, deny: 1 },
    { approve: 1, deny: 2, filter: '"security" in reviewer.teams' },
  ],
  decisions: [{ verdict: "approve", reviewer: "bob", counts_for: [0], comment: "fine by me", at: NOW - 30 }],
  created_at: NOW - 200,
  times_out_at: NOW + 3_400,
};
const TAKEN: AccessRequest = {
  ...PENDING,
  id: "req-6b49d20000000002",
  state: "approved",
  asked_by: { principal: "dora", people: ["dora"], teams: [] },
  break_glass: true,
  scope: {
    ...PLACES,
    capability: "reveal",
    classes: ["user.email", "user.phone"],
    sealed_from: NOW - 3_600,
    sealed_until: NOW,
    values_max: 3,
  },
  audiences: [
    { service: "checkout", environment: "production" },
    { service: "billing", environment: "production" },
  ],
  ended_at: NOW - 7_300,
};
const GRANT: AccessGrant = {
  id: "00112233aabbccdd",
  tenant: "default",
  request: "req-6b49d20000000002",
  state: "active",
  holder: PENDING.asked_by,
  owners: [],
  scope: PENDING.scope,
  audiences: PENDING.audiences,
  not_before: NOW - 60,
  expires_at: NOW + 840,
  review: { state: "escalated", due_at: NOW - 60 },
  traces: { leased: 4, used: 2 },
};

test("requests on a wide terminal, in 100 columns and in 80", () => {
  expect(requestTable([PENDING, TAKEN], NOW, 140)).toMatchInlineSnapshot(`
    "REQUEST               STATE    WHO                   WHAT                               TIME  FOR                             ASKED   END
    req-6b49d20000000001  pending  deploy-bot for alice  capture 5 of url.path == '/pay' …  15m   checkout/production             3m ago  in 56m
    req-6b49d20000000002  taken    dora                  reveal 3 user.email, user.phone    15m   checkout/production and 1 more  3m ago  2h ago
    "
  `);
  expect(requestTable([PENDING, TAKEN], NOW, 100)).toMatchInlineSnapshot(`
    "REQUEST               STATE    WHO             WHAT            TIME  FOR              ASKED   END
    req-6b49d20000000001  pending  deploy-bot fo…  capture 5 of …  15m   checkout/produ…  3m ago  in 56m
    req-6b49d20000000002  taken    dora            reveal 3 user…  15m   checkout/produ…  3m ago  2h ago
    "
  `);
  expect(requestTable([PENDING, TAKEN], NOW, 80)).toMatchInlineSnapshot(`
    "REQUEST               STATE    WHO        WHAT          TIME  FOR         END
    req-6b49d20000000001  pending  deploy-b…  capture 5 o…  15m   checkout/…  in 56m
    req-6b49d20000000002  taken    dora       reveal 3 us…  15m   checkout/…  2h ago
    "
  `);
});

test("grants", () => {
  expect(grantTable([GRANT], NOW, 100)).toMatchInlineSnapshot(`
    "GRANT             STATE   WHO           WHAT          FOR           USED    END     REVIEW
    00112233aabbccdd  active  deploy-bot …  capture 5 o…  checkout/pr…  2 of 5  in 14m  late, due 1m ago
    "
  `);
});

test("all of a request: who is behind it, what callers control, and how many are missing of whom", () => {
  expect(requestPage(PENDING, NOW)).toMatchInlineSnapshot(`
    "request     req-6b49d20000000001
    state       pending, asked 3m ago, times out in 56m (2027-01-15T08:56:40Z)
    asked by    deploy-bot for alice
                people behind it: alice, carol
    reason      payments fail
    ticket      PAY-17
    what        capture: debug of the next 5 traces of the predicate
    where       url.path == '/pay' && http.route == '/pay'
    limits      200 records a second, 1MiB, 30s back, in each process
    warning     http.route is known at the start only if @fastify/otel begins the request's span, with instrumentation-http off
    note        callers write url.path: who sends such requests can use the traces up
    for         checkout in production
    how long    15m from its approval, 2h were asked for
    owners      payments
    rules       two-teams
    needs       1 of 2 approvals
                0 of 1 approvals where "security" in reviewer.teams; 2 denials end it
    decisions   approved by bob 30s ago: fine by me
    "
  `);
});

test("all of a grant", () => {
  expect(grantPage(GRANT, NOW)).toMatchInlineSnapshot(`
    "grant       00112233aabbccdd
    state       active, ends in 14m
    holder      deploy-bot for alice
                people behind it: alice, carol
    what        capture: debug of the next 5 traces of the predicate
    where       url.path == '/pay' && http.route == '/pay'
    limits      200 records a second, 1MiB, 30s back, in each process
    for         checkout in production
    holds       from 2027-01-15T07:59:00Z until 2027-01-15T08:14:00Z
    used        2 traces captured, 4 leased
    review      late, due 1m ago
    owners      no team
    request     req-6b49d20000000002
    "
  `);
});
