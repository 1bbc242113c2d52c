/** Reads a Dockerfile as far as its rules need it. Each rule gives complaints, and none when all is well. */
import { isPinned } from './compose-rules.ts';

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  readonly image: string;
  readonly alias: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** Comments dropped, continued lines joined. */
export function instructionsOf(dockerfile: string): Instruction[] {
  return dockerfile
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.trim().split(/\s+/);
      return { name: name.toUpperCase(), text: rest.join(' ') };
    });
}

export function stagesOf(dockerfile: string): Stage[] {
  const stages: { image: string; alias: string | undefined; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(dockerfile)) {
    if (instruction.name === 'FROM') {
      const [, image = '', alias] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(instruction.text) ?? [];
      stages.push({ image, alias, instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

function textOf(stage: Stage | undefined, name: string): string | undefined {
  return stage?.instructions.findLast((instruction) => instruction.name === name)?.text;
}

export function baseComplaints(dockerfile: string): string[] {
  const stages = stagesOf(dockerfile);
  const names = ['scratch', ...stages.map(({ alias }) => alias)];
  return [
    ...(stages.length > 1 ? [] : ['is built in one stage, so that what builds it is shipped']),
    ...stages
      .filter(({ image }) => !names.includes(image) && !isPinned(image))
      .map(({ image }) => `FROM ${image} is not pinned to a version`),
  ];
}

export function runComplaints(dockerfile: string): string[] {
  const last = stagesOf(dockerfile).at(-1);
  const user = textOf(last, 'USER') ?? 'root';
  return [
    ...(/^[1-9]\d*(:[1-9]\d*)?$/.test(user) ? [] : [`USER ${user} is not a number above 0`]),
    ...['ENTRYPOINT', 'CMD']
      .filter((name) => !textOf(last, name)?.startsWith('['))
      .map((name) => `${name} is not a list, so that a shell would stand between the program and its signals`),
    ...(textOf(last, 'STOPSIGNAL') === 'SIGTERM' ? [] : ['is not ended by SIGTERM']),
    ...(textOf(last, 'HEALTHCHECK') === 'NONE'
      ? []
      : ['is checked by exec, which makes events in the stream it reads']),
    ...(textOf(last, 'RUN') === undefined ? [] : ['runs something in the stage that is shipped']),
  ];
}

/** The variables of the last stage. */
export function environmentOf(dockerfile: string): ReadonlyMap<string, string> {
  const last = stagesOf(dockerfile).at(-1);
  const pairs = last?.instructions.filter(({ name }) => name === 'ENV').flatMap(({ text }) => text.split(/\s+/)) ?? [];
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** The folder of the journal is a volume, and the user's, so that a root file system that cannot be written is enough. */
export function storageComplaints(dockerfile: string): string[] {
  const last = stagesOf(dockerfile).at(-1);
  const folder = environmentOf(dockerfile).get('DOCKER_EVENTS_OTEL_STORAGE');
  if (folder === undefined) return ['says nowhere where the journal is'];
  const owner = last?.instructions.find(({ name, text }) => name === 'COPY' && text.endsWith(` ${folder}`))?.text ?? '';
  return [
    ...(textOf(last, 'VOLUME') === folder ? [] : [`${folder} is no volume`]),
    ...(owner.includes(`--chown=${textOf(last, 'USER')} `) ? [] : [`${folder} is not the user's`]),
  ];
}

export function secretComplaints(dockerfile: string): string[] {
  return instructionsOf(dockerfile)
    .filter(
      ({ name, text }) =>
        name === 'ADD' ||
        (/^(ARG|ENV)$/.test(name) && /TOKEN|PASSWORD|SECRET|_KEY\b/i.test(text)) ||
        (name === 'COPY' && /(^|\s)\.(\s|$)|\.env\b|\.git\b|\.pem\b/.test(text)),
    )
    .map(({ name, text }) => `${name} ${text} may bring in a secret`);
}

/** What is copied from the project, not from another stage. */
export function copiedSources(dockerfile: string): string[] {
  return instructionsOf(dockerfile)
    .filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from='))
    .flatMap(({ text }) => text.split(' ').slice(0, -1));
}

/** With `*` first, an ignore file names what may enter the build, and nothing else does. */
export function contextComplaints(dockerfile: string, dockerignore: string): string[] {
  const lines = dockerignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const sources = copiedSources(dockerfile);
  return [
    ...(lines[0] === '*' ? [] : ['.dockerignore lets in what it does not name']),
    ...sources.filter((source) => !allowed.includes(source)).map((source) => `${source} is copied, but ignored`),
    ...allowed.filter((name) => !sources.includes(name)).map((name) => `${name} is let in, but not copied`),
  ];
}
