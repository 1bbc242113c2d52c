/**
 * The id of the container that this process runs in, as its engine would say it.
 *
 * Nothing says it outright. It stands in two files of the kernel, which are asked in turn:
 *
 * 1. `/proc/self/cgroup`: the process's own place, `/docker/<id>` or `/system.slice/docker-<id>.scope`. It cannot be mistaken,
 *    but is only `/` in a cgroup namespace of its own, which is the rule with cgroup v2.
 * 2. `/proc/self/mountinfo`: the files that an engine keeps for each container and mounts into it, from a folder with its id:
 *    `/run/.containerenv` (Podman), else `/etc/hostname`, `/etc/hosts` and `/etc/resolv.conf`.
 *
 * An id that is not ours would hide another container's events, so what is in doubt is none. In Kubernetes the mounted files are
 * those of the pod, and only the first file counts. A host has mounts of all its containers, none of them at these places.
 *
 * Not seen: a container that shares the network of another one (`network_mode: "container:…"`) has that one's files. With cgroup
 * v2 nothing else tells the two apart, and the other's id is given.
 */

/** @param readFile rejects for a file that is not there */
export async function ownContainerId(readFile: (path: string) => Promise<string>): Promise<string | undefined> {
  const [cgroups, mounts] = await Promise.all(
    ['/proc/self/cgroup', '/proc/self/mountinfo'].map((path) => textOf(readFile, path)),
  );
  return idInCgroups(linesOf(cgroups)) ?? idInMounts(linesOf(mounts));
}

/** Other systems than Linux have no such file; a process that may not read it is in doubt of its container as well. */
async function textOf(readFile: (path: string) => Promise<string>, path: string): Promise<string> {
  try {
    return await readFile(path);
  } catch {
    return '';
  }
}

function linesOf(text: string | undefined): readonly string[] {
  return text?.split('\n') ?? [];
}

/**
 * The end of a cgroup's path, by who makes it: an engine that does without systemd, one that does not, and Podman, which may
 * have one more below. What stands before the end is of containers around this one.
 */
const CGROUP = /(?:\/docker\/|\/docker-|\/libpod-)([0-9a-f]{64})(?:\.scope)?(?:\/container)?$/;

/** Each line is `number:controllers:path`. */
function idInCgroups(lines: readonly string[]): string | undefined {
  return onlyOne(lines.map((line) => CGROUP.exec(line)?.[1]));
}

/** In the order in which they are believed. */
const OWN_FILES = ['/run/.containerenv', '/etc/hostname', '/etc/hosts', '/etc/resolv.conf'];

/** Of a file in the file system that holds it, which may be one for the folder of all containers. */
const SOURCE = /^(?:|.*\/containers|.*\/[a-z0-9]+-containers)\/([0-9a-f]{64})\/(?:userdata\/)?[a-z.]+$/;

const KUBERNETES = /\/kubelet\/pods\/|\.cri\/sandboxes\//;

/** Each line is `number parent device path-in-its-file-system mount-point …`. */
function idInMounts(lines: readonly string[]): string | undefined {
  const sources = new Map<string, string>();
  for (const line of lines) {
    const [, , , source = '', at = ''] = line.split(' ');
    if (KUBERNETES.test(source)) return undefined;
    sources.set(at, source);
  }
  for (const file of OWN_FILES) {
    const id = SOURCE.exec(sources.get(file) ?? '')?.[1];
    if (id !== undefined) return id;
  }
  return undefined;
}

/** Undefined where there is none, and where there are several. */
function onlyOne(ids: readonly (string | undefined)[]): string | undefined {
  const found = new Set(ids.filter((id) => id !== undefined));
  const [id] = found;
  return found.size === 1 ? id : undefined;
}
