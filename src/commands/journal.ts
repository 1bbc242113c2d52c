/** `journal status` and `journal forget`: what a collector keeps, and for whom. */
import { openDesk, openLook } from '../collector.ts';
import { laneName } from '../config/collector-config.ts';
import type { JournalStatus, ReceiverStatus } from '../model/journal-look.ts';
import { toIsoNanos, type UnixNanos } from '../model/time.ts';
import { durationText } from '../runtime/fields.ts';
import { escapeControls } from '../runtime/mask.ts';
import { type JournalOptions, type KeptConfig, print, say, withJournal } from './journal-folder.ts';
import { ago, counted, countText, sizeText, table } from './text.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export function status(world: CommandWorld, options: JournalOptions): Promise<ExitCode> {
  return withJournal(world, options, openLook, (look, config) => {
    const found = look.status();
    const now = world.clock.now();
    print(world, options.json === true ? [asJson(found, config)] : asText(found, config, now));
    return EXIT.ok;
  });
}

/** The names of the cursors that a collector with this configuration has. */
function lanesOf({ pipelines }: Pick<KeptConfig, 'pipelines'>): ReadonlySet<string> {
  return new Set(
    pipelines.flatMap((pipeline) => pipeline.exporters.map((exporter) => laneName(pipeline.name, exporter.name))),
  );
}

/** Those of the journal, and those of the configuration that it knows nothing of yet. */
function receiversOf({ receivers }: JournalStatus, config: KeptConfig): readonly ReceiverStatus[] {
  const known = new Set(receivers.map(({ receiver }) => receiver));
  const others = config.receivers
    .filter(({ name }) => !known.has(name))
    .map(({ name }) => ({ ...NO_EVENT, receiver: name }));
  return [...receivers, ...others];
}

const NO_EVENT = {
  endpoint: undefined,
  hostName: undefined,
  engineId: undefined,
  lastEvent: undefined,
  lastObserved: undefined,
};

function isConfigured(receiver: string, { receivers }: KeptConfig): boolean {
  return receivers.some(({ name }) => name === receiver);
}

function asText(found: JournalStatus, config: KeptConfig, now: UnixNanos): string[] {
  const { storage } = config;
  const lanes = lanesOf(config);
  const bounds = `of at most ${sizeText(storage.max_size)}, nothing that waits for longer than ${durationText(storage.max_age)}`;
  const range = found.entries === 0 ? '' : `, observed from ${ago(found.oldest, now)} to ${ago(found.newest, now)}`;
  const receivers = receiversOf(found, config).map(({ receiver, endpoint, hostName, lastEvent }) => [
    receiver,
    endpoint ?? '-',
    hostName ?? '-',
    lastEvent === undefined ? '-' : `${toIsoNanos(lastEvent)} (${ago(lastEvent, now)})`,
    isConfigured(receiver, config) ? '' : 'not configured here',
  ]);
  const exporters = found.exporters.map(({ exporter, waiting, oldest, deadLetters }) => [
    exporter,
    countText(waiting),
    ago(oldest, now),
    countText(deadLetters),
    lanes.has(exporter)
      ? ''
      : `not configured here; if it is gone for good: docker-events-otel journal forget ${exporter}`,
  ]);
  return [
    ...table([
      ['Journal', found.file],
      ['Size', `${sizeText(found.bytes)} ${bounds}`],
      ['In use by', found.holder ?? 'nobody now'],
      ['Entries', `${countText(found.entries)}${range}`],
      ['Gaps', `${countText(found.gaps)} told among them`],
      ['Refused', `${counted(found.deadLetters, 'record')} set aside${found.deadLetters === 0 ? '' : WHERE_REFUSED}`],
    ]),
    '',
    ...table([['RECEIVER', 'ENGINE', 'HOST', 'LAST EVENT', ''], ...receivers]),
    '',
    ...table([['EXPORTER', 'WAITING', 'OLDEST', 'REFUSED', ''], ...exporters]),
  ];
}

const WHERE_REFUSED = ': docker-events-otel dead-letters list';

function asJson(found: JournalStatus, config: KeptConfig): string {
  const lanes = lanesOf(config);
  const { file, bytes, holder, entries, oldest, newest, gaps, deadLetters } = found;
  return escapeControls(
    JSON.stringify({
      file,
      bytes,
      max_bytes: config.storage.max_size,
      max_age_ms: config.storage.max_age,
      history_bytes: config.storage.history,
      holder,
      entries,
      oldest: isoOf(oldest),
      newest: isoOf(newest),
      gaps,
      dead_letters: deadLetters,
      receivers: receiversOf(found, config).map(
        ({ receiver, endpoint, hostName, engineId, lastEvent, lastObserved }) => ({
          receiver,
          configured: isConfigured(receiver, config),
          endpoint,
          host_name: hostName,
          engine_id: engineId,
          last_event: isoOf(lastEvent),
          last_observed: isoOf(lastObserved),
        }),
      ),
      exporters: found.exporters.map((cursor) => ({
        exporter: cursor.exporter,
        configured: lanes.has(cursor.exporter),
        waiting: cursor.waiting,
        oldest: isoOf(cursor.oldest),
        dead_letters: cursor.deadLetters,
      })),
    }),
  );
}

function isoOf(time: UnixNanos | undefined): string | undefined {
  return time && toIsoNanos(time);
}

export interface ForgetOptions extends JournalOptions {
  readonly yes?: boolean;
}

/** Gives up what waits for an exporter that is not configured any more. */
export async function forget(world: CommandWorld, options: ForgetOptions, exporter: string): Promise<ExitCode> {
  let isAgreed = false;
  const code = await withJournal(world, options, openLook, (look, config) => {
    const { exporters } = look.status();
    const cursor = exporters.find((one) => one.exporter === exporter);
    if (cursor === undefined) return say(world, EXIT.failed, unknown(exporter, exporters));
    if (lanesOf(config).has(exporter)) return say(world, EXIT.failed, stillConfigured(exporter));
    const what = `${counted(cursor.waiting, 'entry').replace('entrys', 'entries')} that wait for ${exporter}`;
    const letters = cursor.deadLetters === 0 ? '' : `, and ${counted(cursor.deadLetters, 'record')} that it refused`;
    if (options.yes !== true) return say(world, EXIT.failed, `This gives up ${what}${letters}. Say --yes to do it.`);
    isAgreed = true;
    return EXIT.ok;
  });
  if (!isAgreed) return code;
  return withJournal(world, options, openDesk, (desk) => {
    const count = desk.forget(exporter);
    if (count === undefined) return say(world, EXIT.failed, unknown(exporter, []));
    print(world, [`Gave up what waited for ${escapeControls(exporter)}: ${countText(count)} in all.`]);
    return EXIT.ok;
  });
}

function unknown(exporter: string, known: JournalStatus['exporters']): string {
  const names = known.length === 0 ? '' : ` It keeps something for: ${known.map((one) => one.exporter).join(', ')}.`;
  return escapeControls(`The journal keeps nothing for an exporter ${exporter}.${names}`);
}

function stillConfigured(exporter: string): string {
  return `${exporter} is an exporter of this configuration, so what waits for it will be delivered. Take it out of the configuration first, or name the one that the collector runs with (--config).`;
}
