export {
  type Binding,
  exportSecret,
  importSecret,
  open,
  rawPublicKey,
  type Sealed,
  type SharedSecret,
  seal,
} from "./hpke.ts";
