import assert from 'node:assert/strict';
import { spansWanted } from '../../src/collector/spans-wanted.ts';
import { loaded } from '../config/support.ts';

async function wanted(receiver: string, pipelines: string): Promise<string> {
  const text = `receivers: {docker_events/a: {host: "unix:///a"}, docker_events/b: {host: "unix:///b"}}
exporters: {otlp_http: {endpoint: "http://a:4318"}}
processors: {filter/keep: {health_checks: keep}}
service: {pipelines: {${pipelines}}}
`;
  return spansWanted((await loaded(text)).config.pipelines, receiver);
}

const A = 'receivers: [docker_events/a], exporters: [otlp_http]';
const KEEP = 'processors: [filter/keep]';

describe('the spans that anybody wants', () => {
  for (const [title, pipelines, ofA, ofB] of [
    ['are none without traces', `logs: {${A}, ${KEEP}}`, 'none', 'none'],
    ['are those of the receivers that lead to traces', `traces: {${A}}`, 'without_probes', 'none'],
    ['are those of health checks, too, where they are kept', `traces: {${A}, ${KEEP}}`, 'all', 'none'],
    [
      'are all where one pipeline of several keeps those of health checks',
      `traces: {exporters: [otlp_http]}, traces/kept: {${A}, ${KEEP}}, logs: {exporters: [otlp_http], ${KEEP}}`,
      'all',
      'without_probes',
    ],
  ] as const) {
    it(title, async () => {
      assert.deepEqual(
        [await wanted('docker_events/a', pipelines), await wanted('docker_events/b', pipelines)],
        [ofA, ofB],
      );
    });
  }
});
