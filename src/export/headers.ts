/** What may stand in a header, in HTTP and in gRPC's metadata, which takes less. */

/** RFC 9110, section 5.6.2: a token. */
export function isHeaderName(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);
}

/** RFC 9110, section 5.5, as Node checks it: visible characters up to ÿ, spaces and tabs. A line break would forge a header. */
export function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/** gRPC over HTTP/2, "Custom-Metadata". */
export function isMetadataName(text: string): boolean {
  return /^[\w.-]+$/.test(text);
}

/** The same; the value of a name that ends with `-bin` is written in base64. */
export function isMetadataValue(name: string, text: string): boolean {
  if (/-bin$/i.test(name)) return /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return /^[\x20-\x7e]*$/.test(text);
}

const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** One that says how a request is sent, which nobody but its sender knows. */
export function isFramingHeader(name: string): boolean {
  return FRAMING.has(name.toLowerCase());
}
