import { type Meaning, pairs } from "./phrases.ts";

/** Addresses of whoever asks. */
export const NETWORK_ADDRESSES: readonly Meaning[] = [
  {
    like: "client.address",
    names: [
      "adresse_ip",
      "client_addr",
      "client_ip",
      "direccion_ip",
      "endereco_ip",
      "ip",
      "ip_addr",
      "ip_address",
      "ip_addresses",
      "ip_adresse",
      "ips",
      "ipv4",
      "ipv6",
      "last_login_ip",
      "peer_address",
      "proxy_protocol_addr",
      "realip_remote_addr",
      "remote_addr",
      "remote_address",
      "remote_host",
      "remote_ip",
      "source_ip",
      "src_addr",
      "src_ip",
      "x_forwarded_for",
      "x_real_ip",
      ...pairs(
        ["ip"],
        ["client", "cliente", "login", "opt", "remote", "signup", "source", "user", "usuario", "visitor"],
      ),
    ],
  },
  {
    like: "client.mac.address",
    names: ["bluetooth_address", "hardware_address", "mac_addr", "mac_address", "macaddr", "wifi_mac"],
  },
];
