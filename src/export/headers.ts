/** What may stand in a header, in HTTP and in gRPC's metadata, which goes over HTTP/2. */

/** RFC 9110, section 5.6.2: a token. */
export function isHeaderName(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);
}

/** RFC 9110, section 5.5, as Node checks it: visible characters up to ÿ, spaces and tabs. A line break would forge a header. */
export function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}
