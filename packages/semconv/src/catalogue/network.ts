import type { AttributeName } from "../generated/attributes.ts";
import type { Judgement } from "./judgement.ts";

const PII_SPEC = "warned about: may contain sensitive (PII) information";
const PREFIX_SPEC = `${PII_SPEC}; a prefix alone doesn't make it anonymous`;

/**
 * Who talks to whom. Servers keep their names, or no service map survives; callers lose the end of their
 * address. Where a convention doesn't say which end is the person, we take it to be the person.
 */
export const NETWORK: readonly Judgement<AttributeName>[] = [
  {
    class: "client_address",
    reason: "the caller's address",
    names: ["client.address", "source.address"],
  },
  {
    class: "client_address",
    reason: "the other end of a flow that has no client and server; may be the person's",
    names: ["destination.address"],
  },
  {
    class: "client_address",
    reason: "on server spans the caller; on client spans only the server's address, whose name stays",
    names: ["network.peer.address", "net.peer.ip", "net.sock.peer.addr"],
  },
  {
    class: "client_address",
    reason: "the caller's hardware, which moves between networks with its owner",
    spec: PII_SPEC,
    names: [
      "client.mac.address",
      "destination.mac.address",
      "network.peer.mac.address",
      "source.mac.address",
    ],
  },
  {
    class: "client_address",
    reason: "the caller's network, down to a single address",
    spec: PREFIX_SPEC,
    names: ["client.prefix", "destination.prefix", "network.peer.prefix", "source.prefix"],
  },
  {
    class: "quasi_identifier",
    reason: "the caller's network operator, sometimes the caller's employer",
    names: [
      "client.as.number",
      "client.as.organization",
      "destination.as.number",
      "destination.as.organization",
      "network.peer.as.number",
      "network.peer.as.organization",
      "source.as.number",
      "source.as.organization",
    ],
  },
  {
    class: "quasi_identifier",
    reason: "the phone's operator and its country",
    names: [
      "net.host.carrier.icc",
      "net.host.carrier.mcc",
      "net.host.carrier.mnc",
      "net.host.carrier.name",
      "network.carrier.icc",
      "network.carrier.mcc",
      "network.carrier.mnc",
      "network.carrier.name",
    ],
  },
  {
    class: "endpoint",
    reason: "a server of ours or one we call: what service maps are drawn from",
    names: [
      "net.host.ip",
      "net.host.name",
      "net.peer.name",
      "net.sock.host.addr",
      "net.sock.peer.name",
      "network.local.address",
      "server.address",
    ],
  },
  {
    class: "endpoint",
    reason: "a server's hardware",
    spec: PII_SPEC,
    names: ["network.local.mac.address", "server.mac.address"],
  },
  {
    class: "endpoint",
    reason: "a server's network",
    spec: PREFIX_SPEC,
    names: ["network.local.prefix", "server.prefix"],
  },
  {
    class: "endpoint",
    reason: "the operator of a server's network",
    names: [
      "network.local.as.number",
      "network.local.as.organization",
      "server.as.number",
      "server.as.organization",
    ],
  },
  {
    class: "endpoint",
    reason: "a port, which tells nothing about a person without the address",
    names: [
      "client.port",
      "destination.port",
      "net.host.port",
      "net.peer.port",
      "net.sock.host.port",
      "net.sock.peer.port",
      "network.local.port",
      "network.peer.port",
      "server.port",
      "source.port",
    ],
  },
  {
    class: "endpoint",
    reason: "names that software looks up, and where they lead",
    names: ["dns.answers", "dns.question.name"],
  },
  {
    class: "infrastructure",
    reason: "the name of a service",
    names: [
      "client.service.name",
      "client.service.namespace",
      "peer.service",
      "server.service.name",
      "server.service.namespace",
    ],
  },
  {
    class: "infrastructure",
    reason: "the name of an interface, such as eth0",
    names: ["network.interface.name"],
  },
  {
    class: "harmless",
    reason: "one of a few protocols, states or kinds",
    names: [
      "net.host.connection.subtype",
      "net.host.connection.type",
      "net.protocol.name",
      "net.protocol.version",
      "net.sock.family",
      "net.transport",
      "network.connection.state",
      "network.connection.subtype",
      "network.connection.type",
      "network.io.direction",
      "network.protocol.name",
      "network.protocol.version",
      "network.transport",
      "network.type",
    ],
  },
];
