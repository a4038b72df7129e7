import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What may go wrong between two peers; `cut_after` counts bytes of one direction on one connection. */
export type NetworkFault =
  | { readonly kind: "refuse" }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "blackhole" }
  | { readonly kind: "lose_answers" }
  | { readonly kind: "half_close" }
  | { readonly kind: "cut" }
  | { readonly kind: "reset" }
  | { readonly kind: "cut_after"; readonly bytes: number };

/** A way through which a client reaches its server, and on which things go wrong. */
export interface FaultProxy {
  readonly port: number;
  /** Where it leads; nobody is there until this is called. */
  leadTo(target: Target | undefined): void;
  /** From now on, also on open connections; undefined ends it. */
  set(fault: NetworkFault | undefined): Promise<void>;
  /** Says that something is wrong beside what {@link set} does; what it returns ends that, and how long answers may be late by it. */
  disturb(): (lateMs: number) => void;
  /** Whether anything was wrong at any time in between, by the monotonic clock. */
  disturbed(fromMs: number, toMs: number): boolean;
  /** Whether a fault had ended the connection that the server knows by this port. What it had carried may be read much later. */
  cutOff(port: number, byMs: number): boolean;
  /** What servers answered, with secrets or not, newest last; bounded. */
  readonly answers: readonly Buffer[];
  close(): Promise<void>;
}

/** Answers are kept to be looked through for secrets; a run has far fewer. */
const KEPT_BYTES_MAX = 32 * 1024 * 1024;

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** By which the server knows it. */
  port: number | undefined;
}

/** Where a way leads. */
interface Target {
  readonly host: string;
  readonly port: number;
}

/** @param host where it listens */
export async function startFaultProxy(host = "127.0.0.1"): Promise<FaultProxy> {
  let target: Target | undefined;
  let fault: NetworkFault | undefined;
  let since = 0;
  let keptBytes = 0;
  const past: (readonly [from: number, to: number])[] = [];
  const disturbances = new Set<{ readonly from: number; to: number }>();
  const pairs = new Set<Pair>();
  /** When faults ended connections, by the server's port for them. */
  const cuts = new Map<number, number>();
  const answers: Buffer[] = [];

  function accept(client: Socket): void {
    if (target === undefined) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ ...target, allowHalfOpen: true }, () => {
      pair.port = server.localPort;
    });
    const pair: Pair = { client, server, port: undefined };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      pair.client.destroy();
      pair.server.destroy();
    };
    for (const socket of [pair.client, pair.server]) {
      socket.setNoDelay(true);
      socket.on("error", end);
      socket.on("close", end);
    }
    const cut = () => {
      noteCut(pair);
      end();
    };
    pump(pair.client, pair.server, false, cut);
    pump(pair.server, pair.client, true, cut);
  }

  function noteCut({ port: known }: Pair): void {
    if (known !== undefined && !cuts.has(known)) cuts.set(known, performance.now());
  }

  function pump(from: Socket, to: Socket, isAnswer: boolean, cut: () => void): void {
    let passed = 0;
    from.on("data", (piece: Buffer) => {
      if (isAnswer && keptBytes < KEPT_BYTES_MAX) {
        keptBytes += piece.length;
        answers.push(piece);
      }
      if (fault?.kind === "blackhole" || (fault?.kind === "lose_answers" && isAnswer)) return;
      passed += piece.length;
      if (fault?.kind === "cut_after" && passed > fault.bytes) {
        to.write(piece.subarray(0, Math.max(0, piece.length - (passed - fault.bytes))), () => cut());
        return;
      }
      if (fault?.kind !== "delay") {
        to.write(piece);
        return;
      }
      from.pause();
      setTimeout(() => {
        to.write(piece);
        from.resume();
      }, fault.ms);
    });
    from.on("end", () => to.end());
  }

  let server = await listen(createServer({ allowHalfOpen: true }, accept), host, 0);
  const { port } = server.address() as AddressInfo;

  function endAll(how: (pair: Pair) => void): void {
    for (const pair of [...pairs]) {
      noteCut(pair);
      how(pair);
    }
  }

  return {
    port,
    answers,
    leadTo(next) {
      target = next;
    },
    async set(next) {
      const now = performance.now();
      if (fault !== undefined) past.push([since, now]);
      const wasRefusing = fault?.kind === "refuse";
      fault = next;
      since = now;
      if (wasRefusing && next?.kind !== "refuse")
        server = await listen(createServer({ allowHalfOpen: true }, accept), host, port);
      switch (next?.kind) {
        case "refuse":
          server.close();
          endAll((pair) => pair.client.destroy());
          break;
        case "cut":
          endAll((pair) => pair.client.destroy());
          break;
        case "reset":
          endAll((pair) => {
            pair.client.resetAndDestroy();
            pair.server.resetAndDestroy();
          });
          break;
        case "half_close":
          endAll((pair) => pair.server.end());
          break;
        default:
      }
      // What was swallowed is gone: such a connection can't go on as if nothing had happened.
      if (next === undefined) endAll((pair) => pair.client.destroy());
    },
    disturb() {
      const disturbance = { from: performance.now(), to: Number.POSITIVE_INFINITY };
      disturbances.add(disturbance);
      return (lateMs) => {
        disturbance.to = performance.now() + lateMs;
      };
    },
    disturbed(fromMs, toMs) {
      for (const { from, to } of disturbances) if (from <= toMs && fromMs <= to) return true;
      if (fault !== undefined && since <= toMs) return true;
      // A fault's end cuts what it left behind.
      return past.some(([from, to]) => from <= toMs && fromMs <= to + 50);
    },
    cutOff: (port, byMs) => (cuts.get(port) ?? Number.POSITIVE_INFINITY) <= byMs,
    async close() {
      endAll((pair) => pair.client.destroy());
      server.close();
      if (fault?.kind !== "refuse") await once(server, "close");
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<Server> {
  server.listen(port, host);
  await once(server, "listening");
  return server;
}
