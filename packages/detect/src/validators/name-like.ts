import { isLetter } from "./neighbours.ts";
import { isSecretLike } from "./secret-like.ts";

/** What is longer is looked at no further: no name is. */
const NAME_CHARACTERS_MAX = 256;

/** What a name mentions that stands where a secret could. */
const SECRETS = ["pass", "pwd", "secret", "token", "key", "cred"];

const PATH_STARTS = ["/", "./", "../", "~/"];

/**
 * True for the name of a thing where a secret could stand: a file or route (`/run/secrets/db`,
 * `users/passwords#edit`), an element of a page (`#new-password`) or a property (`form.password`).
 */
export function isNameLike(value: string): boolean {
  if (value.length > NAME_CHARACTERS_MAX) return false;
  return (
    isPath(value) || (mentionsSecret(value) && (isRoute(value) || isSelector(value) || isProperty(value)))
  );
}

/** Base64 may begin with a slash too, but has capitals and ends in no `.pem`. */
function isPath(value: string): boolean {
  const start = PATH_STARTS.find((each) => value.startsWith(each) && isLetter(value, each.length));
  if (start === undefined || !value.includes("/", start.length)) return false;
  return /^[\w./@#:-]+$/.test(value) && (/\.[a-z]{2,5}$/.test(value) || value === value.toLowerCase());
}

/** `cms/sites/passwords#update`. */
function isRoute(value: string): boolean {
  return /^[a-z_]+(?:\/[a-z_]+)+(?:#[a-z_]+)?$/.test(value);
}

/** `#new-password`, `.token_field`. */
function isSelector(value: string): boolean {
  return /^[#.][a-z]+(?:[-_][a-z]+)*$/i.test(value);
}

/** `form.password`, `random_password.db.result`, `com.example.accessToken2`. */
function isProperty(value: string): boolean {
  return /^[a-z_$]+[0-9]{0,3}(?:\.[a-z_$]+[0-9]{0,3})+$/i.test(value);
}

function mentionsSecret(value: string): boolean {
  const lower = value.toLowerCase();
  return SECRETS.some((word) => lower.includes(word));
}

/** `jjwt-jackson-0.11.2`: a package and its version. */
export function isRelease(value: string): boolean {
  return (
    value.length <= NAME_CHARACTERS_MAX && /^[a-z]+(?:[-_.][a-z]+)*[-_]v?\d+(?:\.\d+){1,3}$/i.test(value)
  );
}

/**
 * `app-tls-cert-2024`, `ERR_TOKEN_EXPIRED_401`, `Oauth2ClientProvider`, `kdc1.example.com`: words, and few digits, as
 * resources of clusters, constants and types of programs and hosts are called. Times and addresses in memory too.
 */
export function isIdentifier(value: string): boolean {
  if (value.length > NAME_CHARACTERS_MAX) return false;
  return [RESOURCE, CONSTANT, TYPE, HOST, TIME, POINTER].some((each) => each.test(value));
}

const RESOURCE = /^(?:[a-z]{2,16}[-_]){2,8}(?:[a-z]{0,16}[0-9]{0,4}|[0-9a-f]{1,10}|[a-z0-9]{1,6})$/;
const HOST = /^(?:[a-z]+[0-9]{0,3}[.-])+[a-z]{2,6}$/;
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}[T_][0-9:.,TZ+-]+$/;
const POINTER = /^0x[0-9a-f]{1,16}$/i;
const CONSTANT = /^[A-Z]{3,16}(?:_[A-Z]{2,16}){1,8}(?:_[0-9]{1,4})?$/;
const TYPE = /^[A-Za-z][a-z]{2,16}[0-9]{0,3}(?:[A-Z][a-z]{3,16}[0-9]{0,3}){1,8}$/;

/** `sha256:9f86…`, `sha512-…==`: what an artefact is known by. */
export function isDigest(value: string): boolean {
  return value.length <= NAME_CHARACTERS_MAX && /^sha(?:1|256|384|512)[:-][A-Za-z0-9+/]+={0,2}$/.test(value);
}

/** An address of which no part is a secret itself: `https://auth.example.com/v1/token`, `registry.example.com/shop:2`. */
export function isPlainUrl(value: string): boolean {
  if (value.length > NAME_CHARACTERS_MAX || value.includes("@")) return false;
  const scheme = value.indexOf("://");
  const [host = "", ...parts] = value.slice(scheme === -1 ? 0 : scheme + "://".length).split(/[/?&=#:]/);
  const isAddress = scheme === -1 ? HOST.test(host) && parts.length > 0 : scheme > 0;
  return isAddress && !parts.some(isSecretLike);
}

/** `can't be blank`, `Confirm your password`: what a form says about a password. */
export function isSentence(value: string): boolean {
  if (!value.includes(" ") || value.length > NAME_CHARACTERS_MAX) return false;
  return SAYINGS.test(value) || (PASSWORDS.test(value) && !/[0-9]/.test(value));
}

const SAYINGS =
  /^(?:is|are|was|must|can't|cannot|can not|should|may|does|doesn't|do not|has|this|these|please|invalid|incorrect|wrong|required|field|too|not) /i;
const PASSWORDS = /passw|passe\b|passphrase|kennwort|contraseña|contrase\xc3\xb1a|senha/i;
