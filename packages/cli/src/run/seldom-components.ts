/** The control plane in a gateway: few have it, and it brings a database and a policy engine along. */
export const loadAccess = async () => (await import("@scrim/access")).accessExtension;
