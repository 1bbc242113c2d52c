import assert from 'node:assert/strict';
import { Folder, testWorld } from './test-world.ts';

describe('config', () => {
  let folder: Folder;
  before(async () => {
    folder = await Folder.make();
  });
  after(() => folder.remove());

  it('prints what is in effect, as a file that means the same', async () => {
    const file = await folder.file(
      'a.yaml',
      'receivers: {docker_events: {host: "tcp://node-1:2375"}}\nprocessors: {batch: {flush_interval: 5s}}\nexporters: {console: }\n',
    );
    const world = testWorld();
    assert.equal(await world.program('config', '-c', file, '--view', 'otel,falco', '--event-queue-size', '100'), 0);
    assert.match(world.stdout.text, /host: tcp:\/\/node-1:2375\n/);
    assert.match(world.stdout.text, /views:\n +- otel\n +- falco\n/);
    assert.match(world.stdout.text, /event_queue_size: 100\n/);
    assert.match(world.stdout.text, /flush_interval: 5s\n/);

    const again = testWorld();
    assert.equal(await again.program('config', '-c', await folder.file('b.yaml', world.stdout.text)), 0);
    assert.equal(again.stdout.text, world.stdout.text);
  });

  it('says where the journal is when nobody named a place, and takes the one that is named', async () => {
    const usual = testWorld({ DOCKER_EVENTS_OTEL_STORAGE: '' });
    assert.equal(await usual.program('config'), 0);
    assert.match(
      usual.stdout.text,
      /\nstorage:\n {2}max_size: 1GiB\n {2}max_age: 168h\n {2}history: 16MiB\n {2}directory: \/nonexistent\/\.local\/state\/docker-events-otel\n/,
    );
    const named = testWorld();
    assert.equal(await named.program('config', '--storage', './here'), 0);
    assert.match(named.stdout.text, /\n {2}directory: \.\/here\n/);
    const none = testWorld();
    assert.equal(await none.program('config'), 0);
    assert.match(none.stdout.text, /\nstorage:\n {2}directory: none\n/);
  });

  it('says where the collector can be watched', async () => {
    const shown = async (env: Record<string, string>, ...args: string[]) => {
      const world = testWorld(env);
      assert.equal(await world.program('config', ...args), 0, world.stderr.text);
      return /listen: (.*)/.exec(world.stdout.text)?.[1];
    };
    assert.equal(await shown({ DOCKER_EVENTS_OTEL_LISTEN: '127.0.0.1:1' }), '127.0.0.1:1');
    assert.equal(await shown({ DOCKER_EVENTS_OTEL_LISTEN: '127.0.0.1:1' }, '--listen', '[::1]:0'), '"[::1]:0"');
    assert.equal(await shown({}, '--listen', 'none'), 'none');
  });

  it('masks secrets', async () => {
    const world = testWorld({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer hunter2',
    });
    assert.equal(await world.program('config'), 0);
    assert.match(world.stdout.text, /authorization: /);
    assert.doesNotMatch(world.stdout.text, /hunter2/);
  });

  it('tells what is wrong instead, and ends with 2', async () => {
    const world = testWorld();
    assert.equal(await world.program('config', '--log-level', 'loud'), 2);
    assert.equal(world.stderr.text, '--log-level: expected debug, info, warn or error, got "loud".\n');
    assert.equal(world.stdout.text, '');
  });

  it('tells warnings beside it', async () => {
    const file = await folder.file('c.yaml', 'processors: {mapping/x: }\nexporters: {console: }\n');
    const world = testWorld();
    assert.equal(await world.program('config', '-c', file), 0);
    assert.equal(world.stderr.text, 'warning: processors.mapping/x is in no pipeline.\n');
  });
});
