import assert from 'node:assert/strict';
import { loaded } from './support.ts';

const TWO = 'receivers:\n  docker_events: {ping_interval: 10s}\n  docker_events/edge: {host: tcp://edge:2375}\n';

async function receivers(...sources: Parameters<typeof loaded>) {
  return (await loaded(...sources)).config.receivers.map(({ name, engine, receiver }) => ({
    name,
    host: engine.host,
    hostName: engine.host_name,
    pingInterval: receiver.ping_interval,
  }));
}

async function queue(...sources: Parameters<typeof loaded>) {
  return (await loaded(...sources)).config.journal.event_queue_size;
}

describe('receivers', () => {
  it('are one where none is written', async () => {
    const { config } = await loaded();
    assert.deepEqual(
      config.receivers.map(({ name }) => name),
      ['docker_events'],
    );
    assert.deepEqual(config.pipelines[0]?.receivers, ['docker_events']);
  });

  it('have an engine and a stream of their own', async () => {
    assert.deepEqual(await receivers(TWO), [
      { name: 'docker_events', host: undefined, hostName: undefined, pingInterval: 10_000 },
      { name: 'docker_events/edge', host: 'tcp://edge:2375', hostName: undefined, pingInterval: 30_000 },
    ]);
  });

  it('are all read by a pipeline that names none, or some by one that does', async () => {
    const pipelines =
      'exporters: {console: }\nservice:\n  pipelines:\n    logs: {exporters: [console]}\n    logs/edge: {receivers: [docker_events/edge, docker_events/edge], exporters: [console]}\n';
    const { config, warnings } = await loaded(TWO + pipelines);
    assert.deepEqual(
      config.pipelines.map((pipeline) => [pipeline.name, pipeline.receivers]),
      [
        ['logs', ['docker_events', 'docker_events/edge']],
        ['logs/edge', ['docker_events/edge']],
      ],
    );
    assert.deepEqual(warnings, []);
  });

  it('that no pipeline reads are left out, and that is told', async () => {
    const pipelines =
      'exporters: {console: }\nservice: {pipelines: {logs: {receivers: [docker_events/edge], exporters: [console]}}}\n';
    const { config, warnings } = await loaded(TWO + pipelines);
    assert.deepEqual(
      config.receivers.map(({ name }) => name),
      ['docker_events/edge'],
    );
    assert.deepEqual(warnings, ['receivers.docker_events is in no pipeline, and is not read.']);
  });

  it('take the environment’s host name where the environment’s engine is theirs', async () => {
    const env = { DOCKER_EVENTS_OTEL_HOST_NAME: 'here' };
    const names = async (file: string) => (await receivers(file, { env })).map(({ hostName }) => hostName);
    assert.deepEqual(await names(TWO), ['here', undefined]);
    assert.deepEqual(await names('receivers: {docker_events/edge: {host: "tcp://edge:2375"}}\n'), ['here']);
    assert.deepEqual(await names('receivers: {docker_events: , docker_events/b: {context: b, host_name: there}}\n'), [
      'here',
      'there',
    ]);
  });

  it('share one queue, of which the largest size that was written counts', async () => {
    const sizes = (first: string, second: string) =>
      `receivers:\n  docker_events: {${first}}\n  docker_events/b: {context: b, ${second}}\n`;
    assert.equal(await queue(sizes('', '')), 32_768);
    assert.equal(await queue(sizes('EventQueueSize: 10', '')), 10);
    assert.equal(await queue(sizes('event_queue_size: 10', 'event_queue_size: 20')), 20);
    assert.equal(await queue(sizes('event_queue_size: 50000', 'event_queue_size: 20')), 50_000);
    assert.equal(await queue(sizes('event_queue_size: 10', ''), { args: { eventQueueSize: '5' } }), 5);
    const env = { DOCKER_EVENTS_OTEL_EVENT_QUEUE_SIZE: '7' };
    assert.equal(await queue(sizes('', ''), { env }), 7);
    const { config } = await loaded(sizes('event_queue_bytes: 1MiB', 'event_queue_size: 20'));
    assert.deepEqual(config.journal, { event_queue_size: 20, event_queue_bytes: 1024 ** 2 });
  });
});
