/**
 * `pmatch`: whether one of several paths is the beginning of a path, folder by folder. `/var/run` is the beginning of
 * `/var/run/docker` and of itself, not of `/var/running`; each folder may have wildcards, which do not reach beyond it.
 * Empty parts do not count: `//var/` is `/var`, `/` and nothing at all are the beginning of every path.
 *
 * The paths are one tree by their folders. A folder of a value is looked up by name, and held against the wildcards that
 * stand at its place, so a list of hundreds costs little.
 */
import type { Result } from '../model/engine.ts';
import { compileGlob } from './glob.ts';

class Folder {
  /** A path that was given ends here. */
  isEnd = false;
  readonly named = new Map<string, Folder>();
  readonly wild = new Map<string, { readonly matches: (name: string) => boolean; readonly folder: Folder }>();
}

/** The problem is a sentence. */
export function compilePaths(paths: readonly string[]): Result<(path: string) => boolean, string> {
  const root = new Folder();
  for (const path of paths) {
    let folder = root;
    for (const part of partsOf(path)) {
      const inner = innerOf(folder, part);
      if (!inner.ok) return inner;
      folder = inner.value;
    }
    folder.isEnd = true;
  }
  return { ok: true, value: (path) => isUnder(root, partsOf(path), 0) };
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

function innerOf(folder: Folder, part: string): Result<Folder, string> {
  if (!/[?*[]/.test(part)) {
    const known = folder.named.get(part) ?? new Folder();
    folder.named.set(part, known);
    return { ok: true, value: known };
  }
  const known = folder.wild.get(part);
  if (known !== undefined) return { ok: true, value: known.folder };
  const glob = compileGlob(part);
  if (!glob.ok) return glob;
  const inner = new Folder();
  folder.wild.set(part, { matches: glob.value, folder: inner });
  return { ok: true, value: inner };
}

/** Each folder of the tree has one depth, so none is looked at twice for a value. */
function isUnder(folder: Folder, parts: readonly string[], depth: number): boolean {
  if (folder.isEnd) return true;
  const part = parts[depth];
  if (part === undefined) return false;
  const named = folder.named.get(part);
  if (named !== undefined && isUnder(named, parts, depth + 1)) return true;
  for (const { matches, folder: inner } of folder.wild.values()) {
    if (matches(part) && isUnder(inner, parts, depth + 1)) return true;
  }
  return false;
}
