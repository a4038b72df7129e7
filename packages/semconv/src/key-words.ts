/**
 * The lower-case words of a key, however it joins them: `user.email`, `user_email`, `User-Email` and
 * `userEmail` are all `["user", "email"]`, and `clientIPAddress` is `["client", "ip", "address"]`. One pass.
 *
 * Letters beyond ASCII belong to the words they stand in.
 */
export function wordsOf(key: string): string[] {
  const words: string[] = [];
  let start = 0;
  for (let at = 0; at < key.length; at++) {
    if (isSeparator(key.charCodeAt(at))) {
      if (at > start) words.push(key.slice(start, at).toLowerCase());
      start = at + 1;
    } else if (at > start && startsWord(key, at)) {
      words.push(key.slice(start, at).toLowerCase());
      start = at;
    }
  }
  if (start < key.length) words.push(key.slice(start).toLowerCase());
  return words;
}

/** Whether camelCase turns here: a capital after a small letter, or the last of several before a small one. */
function startsWord(key: string, at: number): boolean {
  if (!isUpper(key.charCodeAt(at))) return false;
  return !isUpper(key.charCodeAt(at - 1)) || isLower(key.charCodeAt(at + 1));
}

function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isSeparator(code: number): boolean {
  return code < 0x80 && !isUpper(code) && !isLower(code) && !(code >= 0x30 && code <= 0x39);
}
