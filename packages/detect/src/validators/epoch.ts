/** True for seconds or milliseconds since 1970, from 2014 to 2033: any number of so many digits is most likely that. */
export function isEpoch(digits: string): boolean {
  return (digits.length === 10 || digits.length === 13) && digits >= "14" && digits < "20";
}
