// Preloaded: whoever opens the network says so and ends. Writing is what Node's permission model keeps it from.
import dgram from "node:dgram";
import dns from "node:dns";
import net from "node:net";

function forbid(object, name) {
  object[name] = () => {
    process.stderr.write(`FORBIDDEN ${name}\n`);
    process.exit(99);
  };
}
forbid(net.Server.prototype, "listen");
forbid(net.Socket.prototype, "connect");
forbid(dgram, "createSocket");
forbid(dns, "lookup");
forbid(dns.promises, "lookup");
