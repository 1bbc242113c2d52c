/** How the collector tells of itself. */
import { z } from 'zod';
import { duration } from '../runtime/fields.ts';
import { parseListen } from './listen.ts';

export { addressText, isLoopback, type ListenAddress, parseListen } from './listen.ts';

const logs = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error'], { error: 'debug, info, warn or error' })
    .default('info')
    .meta({ description: "What is written to the collector's own log (stderr): this level and those above it." }),
  format: z.enum(['auto', 'json', 'text'], { error: 'auto, json or text' }).default('auto').meta({
    description:
      'json writes one object a line, text one readable line; auto is text on a terminal and json elsewhere.',
  }),
  exporters: z.array(z.string()).default([]).meta({
    description: "OTLP exporters that the collector's own log is sent to besides, by their names under exporters.",
  }),
});

/** In the place of an address: nothing is listened for. */
export const NO_LISTEN = 'none';

const LISTEN = 'an address such as 127.0.0.1:9464 or [::1]:9464, or none';

export const schema = z.strictObject({
  logs: logs.prefault({}).meta({ description: 'Its own log.' }),
  metrics: z
    .strictObject({
      interval: duration({ minMs: 1000, maxMs: 86_400_000 }).prefault('60s').meta({
        description: 'How often metrics are sent by the pipelines for metrics. A bare number is milliseconds.',
      }),
    })
    .prefault({})
    .meta({ description: 'Its metrics, and those of what it has read.' }),
  http: z
    .strictObject({
      listen: z
        .string({ error: LISTEN })
        .refine((text) => text === NO_LISTEN || parseListen(text) !== undefined, { error: LISTEN })
        .default('127.0.0.1:9464')
        .meta({
          description:
            'Where /healthz, /readyz, /status and /metrics can be read, or none. Port 0 is any that is free. No password is asked for: what is not a loopback address is open to the network.',
        }),
    })
    .prefault({})
    .meta({ description: 'What can be asked over HTTP.' }),
});

/** The collector's own log on stderr. */
export type LogOptions = Omit<z.output<typeof logs>, 'exporters'>;

export const aliases: Readonly<Record<string, string>> = {};
