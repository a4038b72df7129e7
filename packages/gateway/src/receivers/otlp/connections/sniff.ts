import type { Socket } from "node:net";

/** What every connection of HTTP/2 begins with. https://www.rfc-editor.org/rfc/rfc9113#section-3.4 */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

interface Sniffed {
  http1(): void;
  http2(): void;
  /** Nothing, or too little to tell, came in time. */
  late(): void;
  /** Nothing, or too little to tell, and the client has ended it: a probe that looks whether the port is open. */
  ended(): void;
}

/** Tells by its first bytes which HTTP a connection speaks. They are back in the socket when it is said. */
export function sniff(socket: Socket, timeoutMs: number, { http1, http2, late, ended }: Sniffed): void {
  let seen: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => {
    stop();
    late();
  }, timeoutMs);

  function stop(): void {
    clearTimeout(timer);
    socket.off("readable", onReadable);
    socket.off("end", onEnd);
    socket.off("close", stop);
    socket.off("error", ignore);
  }

  function onReadable(): void {
    const piece: Buffer | null = socket.read();
    if (piece === null) return;
    seen = seen.length === 0 ? piece : Buffer.concat([seen, piece]); // at most the preface and one piece
    const length = Math.min(seen.length, PREFACE.length);
    const isPreface = seen.compare(PREFACE, 0, length, 0, length) === 0;
    if (isPreface && length < PREFACE.length) return;
    stop();
    socket.unshift(seen);
    if (isPreface) http2();
    else http1();
  }

  function onEnd(): void {
    stop();
    ended();
  }

  socket.on("readable", onReadable);
  socket.once("end", onEnd);
  socket.once("close", stop);
  socket.on("error", ignore);
}

function ignore(): void {}
