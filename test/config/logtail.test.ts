import assert from 'node:assert/strict';
import { loaded, problemsOf, shapeOf } from './support.ts';

describe('a Logtail configuration', () => {
  it('is accepted as it is', async () => {
    const { config, warnings } = await loaded(
      '{"inputs":[{"type":"service_docker_event","detail":{"EventQueueSize":10,"IgnoreAttributes":true}}]}',
    );
    assert.equal(config.journal.event_queue_size, 10);
    const [pipeline] = config.pipelines;
    assert.deepEqual(pipeline?.mapping.views, ['otel', 'logtail']);
    assert.equal(pipeline.mapping.ignore_attributes, true);
    assert.equal(pipeline.batch.batch_size, 10);
    assert.deepEqual(warnings, []);
  });

  it('may leave its details out', async () => {
    for (const detail of ['', ',"detail":{}', ',"detail":null']) {
      const { config } = await loaded(`{"inputs":[{"type":"service_docker_event"${detail}}]}`);
      assert.deepEqual(config.pipelines[0]?.mapping.views, ['otel', 'logtail']);
      assert.equal(config.journal.event_queue_size, 32_768);
    }
  });

  it('is read with the environment and the command line around it', async () => {
    const { config } = await loaded('{"inputs":[{"type":"service_docker_event","detail":{"EventQueueSize":10}}]}', {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x:4318' },
      args: { eventQueueSize: '20', views: ['logtail'] },
    });
    assert.equal(config.journal.event_queue_size, 20);
    assert.deepEqual(config.pipelines[0]?.mapping.views, ['logtail']);
    assert.equal(config.pipelines[0]?.exporters[0]?.type, 'otlp_http');
  });

  it('is of logs alone, whatever else the environment has an address for', async () => {
    const { config } = await loaded('{"inputs":[{"type":"service_docker_event"}]}', {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://y' },
    });
    assert.deepEqual(shapeOf(config), ['logs: otlp_http']);
    const args = { endpoint: 'http://x:4318' };
    assert.deepEqual(shapeOf((await loaded('{"inputs":[{"type":"service_docker_event"}]}', { args })).config), [
      'logs: otlp_http',
    ]);
  });

  it('is told what of it has no effect here', async () => {
    const { warnings } = await loaded(
      '{"inputs":[{"type":"metric_cpu"},{"type":"service_docker_event"}],"flushers":[{"type":"flusher_stdout"}]}',
    );
    assert.deepEqual(warnings, [
      '"flushers" of the Logtail configuration has no effect here.',
      'The Logtail input "metric_cpu" is not read here; only service_docker_event is.',
    ]);
  });

  const refused: readonly (readonly [string, readonly string[]])[] = [
    ['{"inputs":{}}', ['c.yaml:1:11: inputs: expected a list, got a mapping.']],
    ['{"inputs":[]}', ['c.yaml:1:11: inputs: expected one input of type service_docker_event, got none.']],
    [
      '{"inputs":[{"type":"service_docker_event"},{"type":"service_docker_event"}]}',
      ['c.yaml:1:11: inputs: expected one input of type service_docker_event, got 2.'],
    ],
    [
      '{"inputs":[{"type":"service_docker_event","detail":[]}]}',
      ['c.yaml:1:52: inputs[0].detail: expected a mapping, got an empty list.'],
    ],
    [
      '{"inputs":[{"type":"service_docker_event",\n"detail":{"EventQueueSze":10}}]}',
      [
        'c.yaml:2:11: inputs[0].detail.EventQueueSze: expected one of EventQueueSize, IgnoreAttributes, got "EventQueueSze". Did you mean "EventQueueSize"?',
      ],
    ],
    [
      '{"inputs":[{"type":"service_docker_event","detail":{"EventQueueSize":"many","IgnoreAttributes":"no"}}]}',
      [
        'c.yaml:1:70: inputs[0].detail.EventQueueSize: expected a whole number of events from 1 to 10000000, got "many".',
        'c.yaml:1:96: inputs[0].detail.IgnoreAttributes: expected true or false, got "no".',
      ],
    ],
  ];
  for (const [text, says] of refused) {
    it(`tells what is wrong with ${text.replace('\n', '')}`, async () =>
      assert.deepEqual(await problemsOf(text), says));
  }
});
