/** Where the engine is and how it is spoken to. */
import { z } from 'zod';
import { duration } from '../runtime/fields.ts';
import { parseEndpoint } from './endpoint.ts';

const HOST =
  'an endpoint such as unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host, with no password in it';
const PAIR = 'cert_file and key_file together, or neither of them';
const CONTEXT = 'the name of a context, as `docker context ls` shows it';
const API_VERSION = 'an API version in quotes, such as "1.52"';

const FILTERS = 'names of filters, each with a list of values: {type: [container, network], event: [die]}';
const METRICS =
  'the http:// address of the engine’s metrics, such as http://127.0.0.1:9323/metrics, with no password in it';

export const schema = z.object({
  host: z
    .string({ error: HOST })
    .min(1, { error: HOST })
    .refine((text) => parseEndpoint(text).ok, { error: HOST })
    .optional()
    .meta({
      description:
        'The engine: unix://, tcp://, http://, https://, npipe:// or ssh://. Without it DOCKER_HOST, DOCKER_CONTEXT, the current context and then the well-known sockets are tried.',
    }),
  context: z
    .string({ error: CONTEXT })
    .min(1, { error: CONTEXT })
    .optional()
    .meta({ description: 'The docker context to use; not together with host.' }),
  tls: z
    .strictObject({
      ca_file: z.string().min(1).optional().meta({ description: 'Certificates to trust, instead of the system’s.' }),
      cert_file: z.string().min(1).optional().meta({ description: 'The client’s certificate; needs key_file.' }),
      key_file: z.string().min(1).optional().meta({ description: 'The client’s key; needs cert_file.' }),
      insecure_skip_verify: z.boolean().prefault(false).meta({
        description: 'Does not check the engine’s certificate. Anybody in between can then pose as the engine.',
      }),
    })
    .superRefine(({ cert_file: cert, key_file: key }, context) => {
      if ((cert === undefined) === (key === undefined)) return;
      // Told at the one that is there, which has a line.
      const path = [cert === undefined ? 'key_file' : 'cert_file'];
      context.addIssue({ code: 'custom', path, message: PAIR });
    })
    .optional()
    .meta({
      description:
        'TLS for a tcp:// or https:// engine, instead of DOCKER_CERT_PATH, DOCKER_TLS_VERIFY and the context’s.',
    }),
  api_version: z
    .string({ error: API_VERSION })
    .regex(/^\d+\.\d+$/, { error: API_VERSION })
    .optional()
    .meta({ description: 'Pins the API version instead of negotiating it, as DOCKER_API_VERSION does.' }),
  host_name: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'The host.name of the records where the engine does not tell it.' }),
  connect_timeout: duration({ minMs: 100, maxMs: 600_000 })
    .prefault('10s')
    .meta({ description: 'How long the engine may take to answer a request.' }),
  filters: z
    .record(z.string().min(1), z.array(z.string({ error: FILTERS }), { error: FILTERS }).min(1, { error: FILTERS }), {
      error: FILTERS,
    })
    .prefault({})
    .meta({
      description:
        'Has the engine send only some of its events, as `docker events --filter` does. What it costs: after an interruption it cannot be told for certain whether events are missing.',
    }),
  // An engine that has no room left for a subscriber's events waits for 100 ms before it drops them.
  read_interval: duration({ minMs: 0, maxMs: 50 }).prefault('30ms').meta({
    description:
      'How long the event stream rests after a reading that emptied it, so that a busy engine wakes the collector once for many events; the more comes, the shorter. 0 reads each event as it comes. It rests on Linux’s unix sockets and on tcp without TLS.',
  }),
  metrics_endpoint: z.string({ error: METRICS }).refine(isMetricsEndpoint, { error: METRICS }).optional().meta({
    description:
      'The engine’s metrics (`metrics-addr` in its daemon.json). Its count of published events is then compared with what arrived.',
  }),
});

function isMetricsEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'http:' && url.username === '' && url.password === '';
}

export type EngineOptions = z.output<typeof schema>;

export const aliases: Readonly<Record<string, string>> = {};
