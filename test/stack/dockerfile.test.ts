import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  baseComplaints,
  contextComplaints,
  copiedSources,
  instructionsOf,
  runComplaints,
  secretComplaints,
  stagesOf,
  storageComplaints,
} from './dockerfile-rules.ts';
import { ROOT, read, VERSION } from './stack-files.ts';

const DOCKERFILE = read('Dockerfile');
const ABOUT = JSON.parse(read('package.json'));

describe('the Dockerfile', () => {
  it('keeps the rules: pinned, in stages, nobody’s, without a shell or a secret', () => {
    assert.deepEqual(
      [
        ...baseComplaints(DOCKERFILE),
        ...runComplaints(DOCKERFILE),
        ...secretComplaints(DOCKERFILE),
        ...storageComplaints(DOCKERFILE),
        ...contextComplaints(DOCKERFILE, read('.dockerignore')),
      ],
      [],
    );
  });

  it('copies only what there is', () => {
    assert.deepEqual(
      copiedSources(DOCKERFILE).filter((source) => !existsSync(join(ROOT, source))),
      [],
    );
  });

  it('copies what the build script and the program need', () => {
    const sources = copiedSources(DOCKERFILE);
    const script = /^node (\w+)\//.exec(ABOUT.scripts.build)?.[1];
    for (const needed of [script, 'tsconfig.build.json', 'src', 'recordings', 'otel-config/rules']) {
      assert.ok(sources.includes(needed ?? ''), `${needed} is not copied`);
    }
  });

  it('has the Node that the project is tested with', () => {
    const [build] = stagesOf(DOCKERFILE);
    assert.match(build?.image ?? '', new RegExp(`^node:${ABOUT.devDependencies.node.replaceAll('.', '\\.')}-`));
  });

  it('runs what package.json calls the program, and says its version', () => {
    const text = (name: string) =>
      instructionsOf(DOCKERFILE).findLast((instruction) => instruction.name === name)?.text;
    assert.deepEqual(JSON.parse(text('ENTRYPOINT') ?? ''), ['node', ABOUT.bin['docker-events-otel']]);
    assert.deepEqual(JSON.parse(text('CMD') ?? ''), ['run']);
    assert.match(text('LABEL') ?? '', new RegExp(`image\\.version="${VERSION.replaceAll('.', '\\.')}"`));
  });
});

describe('the rules for a Dockerfile', () => {
  const BAD = `FROM node:24
ARG NPM_TOKEN
ADD https://example.com/x /x
COPY . /app
# A comment \\
RUN npm ci && \\
  npm test
USER node
CMD npm start
`;

  it('read stages and continued lines', () => {
    assert.deepEqual(
      instructionsOf(BAD).find(({ name }) => name === 'RUN'),
      { name: 'RUN', text: 'npm ci && npm test' },
    );
    assert.deepEqual(
      stagesOf('FROM a:1.2.3 AS one\nRUN x\nFROM one').map(({ image, alias }) => [image, alias]),
      [
        ['a:1.2.3', 'one'],
        ['one', undefined],
      ],
    );
  });

  it('find what is wrong', () => {
    assert.deepEqual(baseComplaints(BAD), [
      'is built in one stage, so that what builds it is shipped',
      'FROM node:24 is not pinned to a version',
    ]);
    assert.deepEqual(runComplaints(BAD), [
      'USER node is not a number above 0',
      'ENTRYPOINT is not a list, so that a shell would stand between the program and its signals',
      'CMD is not a list, so that a shell would stand between the program and its signals',
      'is not ended by SIGTERM',
      'is checked by exec, which makes events in the stream it reads',
      'runs something in the stage that is shipped',
    ]);
    assert.deepEqual(secretComplaints(BAD), [
      'ARG NPM_TOKEN may bring in a secret',
      'ADD https://example.com/x /x may bring in a secret',
      'COPY . /app may bring in a secret',
    ]);
    assert.deepEqual(storageComplaints(BAD), ['says nowhere where the journal is']);
    assert.deepEqual(storageComplaints('FROM a\nENV A=b DOCKER_EVENTS_OTEL_STORAGE=/c\nCOPY d /c\nUSER 1:1'), [
      '/c is no volume',
      "/c is not the user's",
    ]);
    assert.deepEqual(contextComplaints('FROM a\nCOPY b c /app', 'node_modules\n!b\n!d'), [
      '.dockerignore lets in what it does not name',
      'c is copied, but ignored',
      'd is let in, but not copied',
    ]);
  });
});
