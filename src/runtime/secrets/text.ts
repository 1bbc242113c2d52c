/** Secrets in any text, by what they look like and by the name that stands before them. */
import { replaceAssignments } from './assignments.ts';
import { type Replace, replaceShapes } from './shapes.ts';
import { replaceLogins } from './urls.ts';

/** Shorter than any secret with what makes it known as one. */
const LENGTH_MIN = 5;

export function replaceInText(text: string, replace: Replace): string {
  if (text.length < LENGTH_MIN) return text;
  return replaceAssignments(replaceLogins(replaceShapes(text, replace), replace), replace);
}
