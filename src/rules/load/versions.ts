/** What rules files may require of whoever runs them. */
import { type ItemReader, shown } from './item-reader.ts';
import { quoted } from './problem.ts';
import type { Report } from './report.ts';
import type { Node } from './yaml.ts';

/** The version of Falco's engine whose rules language is spoken here. */
export const FALCO_ENGINE_VERSION = '0.63.0';

/** Falco's plugins whose fields are known here. */
const PLUGIN_VERSIONS: ReadonlyMap<string, string> = new Map([['docker', '0.4.0']]);

type Version = readonly [major: number, minor: number, patch: number];

/** A number alone is the second of three, as it was before Falco had three. */
export function checkEngineVersion(reader: ItemReader): void {
  reader.warnUnknown(['required_engine_version']);
  const scalar = reader.scalar('required_engine_version');
  if (scalar === undefined) return;
  const [major, , patch] = FALCO_ENGINE_VERSION.split('.');
  const required = versionOf(/^\d+$/.test(scalar.text) ? `${major}.${scalar.text}.${patch}` : scalar.text);
  const message =
    required === undefined
      ? `Expected a version such as 0.31.0, got ${quoted(scalar.text)}.`
      : `These rules are for version ${scalar.text} of Falco's engine; the language of ${FALCO_ENGINE_VERSION} is spoken here.`;
  if (!serves(FALCO_ENGINE_VERSION, required)) reader.refuse(scalar.place, message);
}

/** Of each entry, the plugin or one of its alternatives has to be known. */
export function checkPluginVersions(reader: ItemReader, report: Report): void {
  reader.warnUnknown(['required_plugin_versions']);
  const value = reader.entry('required_plugin_versions')?.value;
  if (value?.kind !== 'list') {
    const got = value === undefined ? 'nothing' : shown(value);
    reader.refuse(reader.placeOf('required_plugin_versions'), `Expected a list of plugins, got ${got}.`);
    return;
  }
  for (const node of value.items) checkPlugin(reader, node, report);
}

interface Plugin {
  readonly name: string;
  readonly version: string;
}

function checkPlugin(reader: ItemReader, node: Node, report: Report): void {
  const before = report.count;
  const alternatives = node.kind === 'map' ? node.entries.get('alternatives')?.value : undefined;
  if (alternatives !== undefined && alternatives.kind !== 'list') {
    reader.refuse(alternatives.place, `Expected a list of plugins for alternatives, got ${shown(alternatives)}.`);
  }
  const nodes = [node, ...(alternatives?.kind === 'list' ? alternatives.items : [])];
  const plugins = nodes.map((one) => readPlugin(reader, one)).filter((plugin) => plugin !== undefined);
  const names = new Set<string>();
  for (const { name } of plugins) {
    if (names.has(name)) reader.refuse(node.place, `The plugin ${quoted(name)} stands here for a second time.`);
    names.add(name);
  }
  if (report.count > before) return;
  // The first that is known decides, as in Falco.
  const known = plugins.find(({ name }) => PLUGIN_VERSIONS.has(name));
  const ours = [...PLUGIN_VERSIONS].map(([name, version]) => `${name} ${version}`).join(', ');
  if (known === undefined) {
    const wanted = plugins.map(({ name, version }) => `${name} ${version}`).join(' or ');
    const message = `These rules need Falco's plugin ${wanted}; known here: ${ours}. Put rules for Docker into a file of their own.`;
    reader.refuse(node.place, message);
  } else if (!serves(PLUGIN_VERSIONS.get(known.name) ?? '', versionOf(known.version))) {
    reader.refuse(node.place, `These rules need Falco's plugin ${known.name} ${known.version}; known here: ${ours}.`);
  }
}

function readPlugin(reader: ItemReader, node: Node): Plugin | undefined {
  if (node.kind !== 'map')
    return reader.refuse(node.place, `Expected name and version of a plugin, got ${shown(node)}.`);
  const plugin = reader.within(node);
  plugin.warnUnknown(['name', 'version', 'alternatives']);
  const name = plugin.text('name');
  const version = plugin.scalar('version');
  const missing = ['name', 'version'].filter((key) => !plugin.has(key));
  if (missing.length > 0) return plugin.refuse(node.place, `Expected ${missing.join(' and ')} of the plugin.`);
  if (name === undefined || version === undefined) return undefined;
  if (versionOf(version.text) !== undefined) return { name, version: version.text };
  return plugin.refuse(version.place, `Expected a version such as 0.4.0, got ${quoted(version.text)}.`);
}

function versionOf(text: string): Version | undefined {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+].*)?$/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** The same major version, and the rest no older. */
function serves(ours: string, required: Version | undefined): boolean {
  const own = versionOf(ours);
  if (own === undefined || required === undefined || own[0] !== required[0]) return false;
  return own[1] > required[1] || (own[1] === required[1] && own[2] >= required[2]);
}
