import assert from 'node:assert/strict';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { InMemoryLogRecordExporter, LoggerProvider } from '@opentelemetry/sdk-logs';
import { createBatchingProcessor } from '../../src/export/create-batching-processor.ts';
import { startOtlpSink } from '../support/otlp-sink.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

describe('the batching processor in another program', () => {
  it('takes any exporter of the SDK, and flushes through the provider', async () => {
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({ processors: [createBatchingProcessor({ exporter, maxBatchSize: 10 })] });
    const logger = provider.getLogger('app');
    for (let index = 0; index < 25; index += 1) logger.emit({ body: `${index}` });
    await provider.forceFlush();
    assert.deepEqual(
      exporter.getFinishedLogRecords().map(({ body }) => body),
      Array.from({ length: 25 }, (_, index) => `${index}`),
    );
    await provider.shutdown();
    // The SDK's exporter forgets at its shutdown.
    assert.equal(exporter.getFinishedLogRecords().length, 0);
  });

  it('does what the SDK does not: keeps what its exporter gives up on', async () => {
    const sink = await startOtlpSink({ kind: 'http', faults: [{ status: 500 }, { status: 500 }] });
    const telemetry = new RecordingTelemetry();
    const exporter = new OTLPLogExporter({ url: `${sink.endpoint}/v1/logs` });
    const retry = { initialMs: 1, maxMs: 2 };
    const provider = new LoggerProvider({ processors: [createBatchingProcessor({ exporter, retry, telemetry })] });
    provider.getLogger('app').emit({ body: 'kept' });
    await provider.forceFlush();
    assert.equal(sink.records[0]?.body, 'kept');
    assert.equal(sink.requests.length, 3);
    assert.equal(telemetry.counted('export_retries'), 2);
    await provider.shutdown();
    await sink.stop();
  });
});
