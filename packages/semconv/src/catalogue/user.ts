import type { AttributeName } from "../generated/attributes.ts";
import type { Judgement } from "./judgement.ts";

/** People, and what stands for them. */
export const USER: readonly Judgement<AttributeName>[] = [
  {
    class: "direct_identifier",
    reason: "reaches one person",
    names: ["user.email"],
  },
  {
    class: "direct_identifier",
    reason: "names one person",
    names: ["user.full_name", "user.name"],
  },
  {
    class: "direct_identifier",
    reason: "one person's key in every system that shares it, often a login or an e-mail address",
    names: ["user.id"],
  },
  {
    class: "direct_identifier",
    reason: "one person's key, often a login or an e-mail address",
    spec: "warned about: contains sensitive (PII) information",
    names: ["enduser.id"],
  },
  {
    class: "quasi_identifier",
    reason: "a random stand-in for a person, made to link their visits",
    spec: "warned about: linkable PII; should be random and not tied to the person's identity",
    names: ["enduser.pseudo.id"],
  },
  {
    class: "quasi_identifier",
    reason: "stands for one person, but only who has the candidates can tell whom",
    spec: "for where a user's id or name is confidential",
    names: ["user.hash"],
  },
  {
    class: "quasi_identifier",
    reason: "what somebody may do; few people share an unusual role",
    names: ["enduser.role", "enduser.scope", "user.roles"],
  },
  {
    class: "quasi_identifier",
    reason: "ties a visit together; a telemetry session, which opens no door (a web session id does)",
    names: ["session.id", "session.previous_id"],
  },
];
