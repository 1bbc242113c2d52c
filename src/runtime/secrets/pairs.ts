/**
 * Values that stand apart from the name that tells of them: `name: DB_PASSWORD` with `value: x` behind it, as in the manifests
 * of Kubernetes, `<add key="DbPassword" value="x"/>`, and `<password>x</password>`.
 */
import { isSecretUnder } from './names.ts';
import type { Replace } from './shapes.ts';

const PAIR =
  /(\b(?:name|key)["']?\s{0,4}[:=]\s{0,4}["']?([\w.-]{1,128})["']?[\s,]{1,64}["']?value["']?\s{0,4}[:=]\s{0,4}["']?)([^\s"'<>]{1,512})/gi;

const ELEMENT = /(<([\w.:-]{1,64})>)([^<>]{1,512})(?=<\/\2>)/g;

export function replacePairs(text: string, replace: Replace): string {
  const put = (whole: string, head: string, name: string, value: string) =>
    isSecretUnder(name, value) ? `${head}${replace(value)}` : whole;
  const shown = /value/i.test(text) ? text.replace(PAIR, put) : text;
  return shown.includes('</') ? shown.replace(ELEMENT, put) : shown;
}
