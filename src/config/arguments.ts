/** The command line as a configuration. It lies over the file. */
import type { ConfigArguments } from './collector-config.ts';
import type { Layer } from './layer.ts';
import { list, map, named, scalar } from './node.ts';

export function readArguments(args: ConfigArguments): Layer {
  const place = named('');
  const text = (value: string | undefined, option: string) =>
    value === undefined ? undefined : scalar(value, named(option));
  const { rules, views } = args;
  const logs = map({ level: text(args.logLevel, '--log-level'), format: text(args.logFormat, '--log-format') }, place);
  const http = map({ listen: text(args.listen, '--listen') }, place);
  return {
    receiver: map(
      {
        host: text(args.host, '--host'),
        context: text(args.context, '--context'),
        event_queue_size: text(args.eventQueueSize, '--event-queue-size'),
      },
      place,
    ),
    mapping: map({ views: views === undefined ? undefined : list(views, named('--view')) }, place),
    batch: map({ flush_interval: text(args.flushInterval, '--flush-interval') }, place),
    rules: map({ files: rules === undefined ? undefined : list(rules, named('--rules')) }, place),
    storage: map({ directory: text(args.storage, '--storage') }, place),
    service: map({ telemetry: map({ logs, http }, place) }, place),
  };
}
