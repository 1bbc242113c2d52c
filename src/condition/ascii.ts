/** Letters A to Z in one case. Rules compare bytes: other letters keep theirs, whatever the language. */

const BEYOND_ASCII = /\P{ASCII}/u;

export function lowerAscii(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase();
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function upperAscii(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text.toUpperCase();
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
