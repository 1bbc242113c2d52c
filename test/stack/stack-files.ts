/** The files that a stack is made of, read as the tools read them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, parseDocument } from 'yaml';

export const ROOT = join(import.meta.dirname, '../..');

export function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** With the merge keys (`<<`) that Compose knows; throws where the text is no YAML. */
export function yamlDocument(text: string): Document {
  const document = parseDocument(text, { merge: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problem;
  return document;
}

/** Anything that a YAML or JSON file may hold. */
export type Tree = null | string | number | boolean | readonly Tree[] | { readonly [key: string]: Tree };
export type TreeMap = { readonly [key: string]: Tree };

export function isMap(value: Tree | undefined): value is TreeMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The map under a key, and an empty one where there is none. */
export function mapAt(map: TreeMap, ...path: readonly string[]): TreeMap {
  return path.reduce<TreeMap>((inner, key) => {
    const next = inner[key];
    return isMap(next) ? next : {};
  }, map);
}

export function listAt(map: TreeMap, key: string): readonly Tree[] {
  const value = map[key];
  return Array.isArray(value) ? value : [];
}

export function treeOf(text: string): TreeMap {
  const tree: Tree = yamlDocument(text).toJS();
  if (!isMap(tree)) throw new Error('the document is not a map');
  return tree;
}

/** Every text in a tree, keys aside. */
export function textsIn(tree: Tree | undefined): string[] {
  if (typeof tree === 'string') return [tree];
  if (tree === null || typeof tree !== 'object') return [];
  return Object.values(tree).flatMap((inner: Tree) => textsIn(inner));
}

/** Every map in a tree, itself included. */
export function mapsIn(tree: Tree | undefined): TreeMap[] {
  if (tree === null || typeof tree !== 'object') return [];
  const inner = Object.values(tree).flatMap((value: Tree) => mapsIn(value));
  return isMap(tree) ? [tree, ...inner] : inner;
}

export const YAML_FILES: readonly string[] = [
  'docker-compose.yml',
  ...globSync('otel-config/**/*.{yaml,yml}', { cwd: ROOT }).sort(),
];
export const JSON_FILES: readonly string[] = globSync('otel-config/**/*.json', { cwd: ROOT }).sort();
export const VERSION: string = JSON.parse(read('package.json')).version;

/** The attributes that Loki makes index labels of, with dots. */
export const INDEX_LABELS: readonly string[] = mapsIn(
  mapAt(treeOf(read('otel-config/loki.yaml')), 'limits_config', 'otlp_config'),
).flatMap((map) => listAt(map, 'attributes').map(String));
