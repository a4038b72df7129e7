/** RFC 9180, appendix A.1.1: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM. Bytes in hexadecimal digits. */
export const RFC_9180_A_1_1 = {
  info: "4f6465206f6e2061204772656369616e2055726e",
  /** Private keys: of the sender's ephemeral pair, and of the recipient. */
  ephemeral: "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
  recipient: "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
  enc: "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
  /** The first of its encryptions; only that of sequence number 0 is a single message. */
  encryption: {
    aad: "436f756e742d30",
    plaintext: "4265617574792069732074727574682c20747275746820626561757479",
    ciphertext: "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
  },
  exports: [
    { context: "", secret: "3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee" },
    { context: "00", secret: "2e8f0b54673c7029649d4eb9d5e33bf1872cf76d623ff164ac185da9e88c21a5" },
    {
      context: "54657374436f6e74657874",
      secret: "e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931",
    },
  ],
} as const;

/** PKCS #8 of an X25519 private key (RFC 8410) is this prefix and the key. */
export const X25519_PKCS8_PREFIX = "302e020100300506032b656e04220420";
