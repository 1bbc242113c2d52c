/** What must hold for every service of a compose or stack file. Each rule gives complaints, and none when all is well. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isScalar, isMap as isYamlMap } from 'yaml';
import { isMap, listAt, mapAt, type Tree, type TreeMap, textsIn } from './stack-files.ts';

type Service = readonly [name: string, service: TreeMap];

export function servicesOf(file: TreeMap): Service[] {
  return Object.entries(mapAt(file, 'services')).map(([name, service]) => [name, isMap(service) ? service : {}]);
}

function complaintsOf(file: TreeMap, rule: (service: TreeMap, name: string) => readonly string[]): string[] {
  return servicesOf(file).flatMap(([name, service]) => rule(service, name).map((text) => `${name}: ${text}`));
}

/** A tag with three numbers; a registry may be left to the environment, a version may not. */
export function isPinned(image: string): boolean {
  return /^(?:\$\{[^}]+\}\/)?[a-z0-9./-]+:v?\d+\.\d+\.\d+(?:-[a-z0-9.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(image);
}

export function imageComplaints(file: TreeMap): string[] {
  return complaintsOf(file, ({ image }) => {
    if (typeof image !== 'string') return ['names no image'];
    return isPinned(image) ? [] : [`${image} is not pinned to a version`];
  });
}

export function restartComplaints(file: TreeMap): string[] {
  return complaintsOf(file, (service) => {
    const condition = mapAt(service, 'deploy', 'restart_policy')['condition'];
    const restarts = ['always', 'unless-stopped'].includes(String(service['restart'])) || condition === 'any';
    return restarts ? [] : ['is not started again when it ends'];
  });
}

/** A check, or the reason why there is none, in the comment above `healthcheck`. */
export function healthComplaints(document: Document): string[] {
  const services = document.get('services');
  if (!isYamlMap(services)) return ['there are no services'];
  return services.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    if (!isYamlMap(value)) return [`${name}: is not a map`];
    const pair = value.items.find((item) => isScalar(item.key) && item.key.value === 'healthcheck');
    if (pair === undefined) return [`${name}: says nothing of its health`];
    if (value.getIn(['healthcheck', 'disable']) !== true) return [];
    const reason = (isScalar(pair.key) && pair.key.commentBefore) || '';
    return /No health check: \S/.test(reason) ? [] : [`${name}: has no health check, and no reason for that`];
  });
}

export function portComplaints(file: TreeMap): string[] {
  return complaintsOf(file, (service) =>
    listAt(service, 'ports')
      .filter((port) => !(isMap(port) ? port['host_ip'] === '127.0.0.1' : String(port).startsWith('127.0.0.1:')))
      .map((port) => `${JSON.stringify(port)} is open to other machines`),
  );
}

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly isReadOnly: boolean;
}

/** What `source:target:mode` and the long form say alike; a variable in the source stands for its default. */
export function mountsOf(service: TreeMap): Mount[] {
  const filledIn = (text: Tree | undefined) => String(text).replace(/\$\{\w+:-([^}]+)\}/g, '$1');
  return listAt(service, 'volumes').map((volume: Tree) => {
    if (isMap(volume)) {
      const { source, target, read_only: isReadOnly } = volume;
      return { source: filledIn(source), target: String(target), isReadOnly: isReadOnly === true };
    }
    const [source = '', target = '', mode] = filledIn(volume).split(':');
    return { source, target, isReadOnly: mode === 'ro' };
  });
}

/** Files of this project that are mounted must exist, read-only; named volumes must be declared. */
export function mountComplaints(file: TreeMap, folder: string): string[] {
  const declared = Object.keys(mapAt(file, 'volumes'));
  return complaintsOf(file, (service) =>
    mountsOf(service).flatMap(({ source, isReadOnly }) => {
      if (source.startsWith('.')) {
        if (!existsSync(join(folder, source))) return [`${source} does not exist`];
        return isReadOnly ? [] : [`${source} can be written by the service`];
      }
      if (source.startsWith('/')) return isReadOnly ? [] : [`${source} is not mounted read-only`];
      return declared.includes(source) ? [] : [`the volume ${source} is not declared`];
    }),
  );
}

/** `docker stack deploy` does not know security_opt, so a stack file need not have it. */
export function rightsComplaints(file: TreeMap, { isStack = false } = {}): string[] {
  return complaintsOf(file, (service) => [
    ...(service['read_only'] === true ? [] : ['can write to its root file system']),
    ...(listAt(service, 'cap_drop').includes('ALL') ? [] : ['keeps capabilities']),
    ...(isStack || listAt(service, 'security_opt').includes('no-new-privileges:true') ? [] : ['may gain privileges']),
    ...(service['privileged'] === true || 'cap_add' in service ? ['is given privileges'] : []),
  ]);
}

/** What has to outlive a container is in a volume with a name. */
export function keptComplaints(service: TreeMap, folder: string): string[] {
  const mount = mountsOf(service).find(({ target }) => target === folder);
  if (mount === undefined) return [`keeps nothing of ${folder}`];
  return /^[a-z][\w-]*$/.test(mount.source) && !mount.isReadOnly ? [] : [`${folder} is no volume that it can write`];
}

/** A user by number that is not root, so that nobody needs the image's /etc/passwd to know. */
export function userComplaints(service: TreeMap): string[] {
  const user = String(service['user'] ?? '');
  return /^[1-9]\d*:/.test(user) ? [] : [`runs as "${user}"`];
}

export function dependencyComplaints(file: TreeMap): string[] {
  const services = new Map(servicesOf(file));
  return complaintsOf(file, (service) =>
    Object.entries(mapAt(service, 'depends_on')).flatMap(([name, wanted]) => {
      const other = services.get(name);
      if (other === undefined) return [`waits for ${name}, which does not exist`];
      const condition = isMap(wanted) ? wanted['condition'] : undefined;
      if (condition !== 'service_healthy' || 'test' in mapAt(other, 'healthcheck')) return [];
      return [`waits for the health of ${name}, which is not checked`];
    }),
  );
}

/** A password or token that stands in a file is everybody's. */
export function secretComplaints(file: TreeMap): string[] {
  return complaintsOf(file, (service) =>
    Object.entries(mapAt(service, 'environment'))
      .filter(
        ([name, value]) => /PASSWORD|TOKEN|SECRET|HEADERS|API_?KEY/i.test(name) && !/^\$\{[^}]*\}$/.test(String(value)),
      )
      .map(([name]) => `${name} stands in the file`),
  );
}

/**
 * `${NAME:?}` without words leaves the person with `required variable NAME is missing a value`. A hyphen in the words makes
 * `docker stack deploy` take what follows it for a default, even where the variable is set (measured with 28.2).
 */
export function variableComplaints(file: TreeMap, { isStack = false } = {}): string[] {
  return textsIn(file)
    .flatMap((text) => [...text.matchAll(/(?<!\$)\$\{(\w+)(:?[-?][^}]*)?\}/g)])
    .flatMap(([text, , rest = '']) => {
      if (rest.startsWith(':-')) return [];
      if (!/^:\?\S/.test(rest)) return [`${text} has neither a default nor words for who forgets it`];
      return isStack && rest.includes('-') ? [`${text} has a hyphen in its words`] : [];
    });
}
