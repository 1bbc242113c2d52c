/**
 * The library: the collector as a part of another program, and its pieces that are useful alone.
 *
 *     const loaded = await loadConfig({ env: process.env, args: { exporters: ['console'] } });
 *     if (!loaded.ok) throw new Error(loaded.problem.map((problem) => problemText(problem)).join('\n'));
 *     const clock = systemClock;
 *     const log = createLog({ ...loaded.value.config.service.log, destination: process.stderr, isTerminal: false, clock });
 *     const created = await createCollector({
 *       config: loaded.value.config,
 *       clock,
 *       random: systemRandom,
 *       telemetry: createTelemetry(log, clock),
 *       terminal: { stdout: process.stdout, isTerminal: false, env: process.env },
 *       surroundings: systemSurroundings,
 *     });
 *     if (!created.ok) throw new Error(created.problem.message);
 *     await created.value.start();
 *
 * `mapperOf` and `spanMapperOf` make records and spans as a pipeline does, masked; `createMapper` and `createSpanMapper` alone
 * mask nothing. `status` and `metricsText` of a collector tell how it is; nothing listens, which is for the command `run`.
 *
 * Nothing is kept on disk unless the configuration says where; given a `machine` (`systemMachine()`), loadConfig finds the
 * place itself. Nothing here ends the process, listens for signals or keeps time and chance to itself.
 */
export {
  type CollectorSetup,
  type CollectorTelemetry,
  createCollector,
  createLog,
  createTelemetry,
  type Log,
  type LogDestination,
  mapperOf,
  type Reloaded,
  type RunningCollector,
  type SetupProblem,
  spanMapperOf,
  systemSurroundings,
} from './collector.ts';
export type {
  CollectorConfig,
  ConfigArguments,
  MetricsPipelineConfig,
  PipelineConfig,
  ReceiverConfig,
  ServiceConfig,
  StorageConfig,
} from './config/collector-config.ts';
export { printConfig } from './config/effective.ts';
export { type ConfigSources, type LoadedConfig, loadConfig } from './config/load.ts';
export { problemText } from './config/problem-text.ts';
export { type BatchingProcessorOptions, createBatchingProcessor } from './export/create-batching-processor.ts';
export type { MappingOptions } from './mapping/config.ts';
export { createMapper } from './mapping/mapper.ts';
export { createSpanMapper } from './mapping/span.ts';
export type { Component } from './model/component.ts';
export type { ConfigProblem } from './model/config-problem.ts';
export type { EngineProblem, Result } from './model/engine.ts';
export type {
  AlertEntry,
  Entry,
  EventEntry,
  GapEntry,
  LogEntry,
  LossEntry,
  MatchedRule,
  SpanEntry,
} from './model/entry.ts';
export type { Attributes, AttributeValue, LogRecord, Mapper, SpanIds } from './model/log-record.ts';
export type { SpanMapper, SpanRecord } from './model/span-record.ts';
export type { CollectorStatus } from './model/status.ts';
export type { Counter, Happening, Level, Tallies, Telemetry } from './model/telemetry.ts';
export { type Clock, systemClock, type Timer } from './runtime/clock.ts';
export { type Machine, systemMachine } from './runtime/machine.ts';
export { type Random, systemRandom } from './runtime/random.ts';
