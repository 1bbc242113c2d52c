/** Where records go, and in what batches. */
import { z } from 'zod';
import { duration, secret } from '../runtime/fields.ts';
import { REDACTED } from '../runtime/secret.ts';
import { grpcTarget, httpUrl, type Signal } from './endpoint.ts';
import { isFramingHeader, isHeaderName, isHeaderValue, isMetadataName, isMetadataValue } from './headers.ts';

export { SIGNALS, type Signal } from './endpoint.ts';
export { type OtlpEnvironment, type OtlpProtocol, readOtlpEnvironment } from './otlp-environment.ts';

const BATCH_SIZE = 'a whole number of records from 1 to 65536';
const IN_FLIGHT = 'a whole number of batches from 1 to 64';

export const batchSchema = z.strictObject({
  batch_size: z
    .int({ error: BATCH_SIZE })
    .min(1, { error: BATCH_SIZE })
    .max(65_536, { error: BATCH_SIZE })
    .default(2048)
    .meta({
      description: 'How many records are sent together at most; never more than event_queue_size.',
    }),
  flush_interval: duration({ minMs: 10, maxMs: 3_600_000 }).prefault('1s').meta({
    description:
      'How long a record may wait for others to be sent with. Alerts, and records of severity ERROR and above, do not wait, but for 250 ms after others of them. A bare number is milliseconds.',
  }),
  max_in_flight: z
    .int({ error: IN_FLIGHT })
    .min(1, { error: IN_FLIGHT })
    .max(64, { error: IN_FLIGHT })
    .default(4)
    .meta({
      description:
        'How many batches each exporter may have on their way at once. With 1 a backend gets the records in their order.',
    }),
});

export type BatchOptions = z.output<typeof batchSchema>;

/** Falco's name for the interval. */
export const BATCH_ALIASES: Readonly<Record<string, string>> = { flushinterval: 'flush_interval' };

const A_PATH = 'the path of a file';

const file = (description: string) =>
  z.string({ error: A_PATH }).min(1, { error: A_PATH }).optional().meta({ description });

const TLS_FILES = {
  ca_file: file('Certificates to trust, instead of the system’s.'),
  cert_file: file('The client’s certificate; needs key_file.'),
  key_file: file('The client’s key; needs cert_file.'),
};

const PAIR = 'cert_file and key_file together, or neither of them';

/** Told at the one that is there, which has a place: a line, or a variable's name. */
function wantPair(
  tls: { readonly cert_file?: string | undefined; readonly key_file?: string | undefined },
  context: z.RefinementCtx,
): void {
  const [only, other] = (['cert_file', 'key_file'] as const).filter((name) => tls[name] !== undefined);
  if (only !== undefined && other === undefined) {
    context.addIssue({ code: 'custom', message: PAIR, path: [only] });
  }
}

interface HeaderRules {
  readonly isName: (name: string) => boolean;
  readonly name: string;
  readonly isValue: (name: string, value: string) => boolean;
  readonly value: string;
}

const HTTP_HEADERS: HeaderRules = {
  isName: isHeaderName,
  name: "a header name: letters, digits and !#$%&'*+-.^_`|~ (RFC 9110, section 5.1)",
  isValue: (_, value) => isHeaderValue(value),
  value: 'a header value in one line, of characters that a header can carry (RFC 9110, section 5.5)',
};

const GRPC_HEADERS: HeaderRules = {
  isName: isMetadataName,
  name: 'a header name that gRPC can send: letters, digits, _, - and .',
  isValue: isMetadataValue,
  value: 'a header value in one line, of ASCII characters (in base64 where the name ends with -bin)',
};

const FRAMING_HEADER = 'a header that does not say how a request is sent; this one is for this program to set';

const MASKED_VALUE = 'the value itself; the command "config" shows "[REDACTED]" in its place';

function headers(rules: HeaderRules) {
  return z
    .record(z.string(), z.string({ error: 'text; a number or true needs quotes' }))
    .superRefine(
      (written, context) => {
        for (const [name, value] of Object.entries<unknown>(written)) {
          const message = headerProblem(name, value, rules);
          if (message !== undefined) context.addIssue({ code: 'custom', message, path: [name] });
        }
      },
      // The other headers are looked at too where one is not text.
      { when: ({ value }) => typeof value === 'object' && value !== null },
    )
    .pipe(z.record(z.string(), secret()))
    .default({})
    .meta({ description: 'Sent with every request, such as an API key. The values are secrets and are never shown.' });
}

function headerProblem(name: string, value: unknown, rules: HeaderRules): string | undefined {
  if (!rules.isName(name)) return rules.name;
  if (isFramingHeader(name)) return FRAMING_HEADER;
  if (value === REDACTED) return MASKED_VALUE;
  return typeof value !== 'string' || rules.isValue(name, value) ? undefined : rules.value;
}

const timeout = duration({ minMs: 100, maxMs: 600_000 }).prefault('10s').meta({
  description: 'How long one attempt may take. Records whose attempt timed out are sent again.',
});

const compression = z.enum(['none', 'gzip'], { error: 'none or gzip' }).default('none').meta({
  description: 'How requests are compressed. gzip takes more processor time here and less network.',
});

const retry = z
  .strictObject({
    initial_interval: duration({ minMs: 10, maxMs: 3_600_000 }).prefault('1s').meta({
      description: 'The longest first wait before records are sent again; it doubles with each failure.',
    }),
    max_interval: duration({ minMs: 10, maxMs: 3_600_000 }).prefault('30s').meta({
      description: 'The longest wait between two attempts. There is no last attempt.',
    }),
  })
  .refine(({ initial_interval: first, max_interval: longest }) => first <= longest, {
    error: 'an initial_interval that is not longer than max_interval',
  })
  .prefault({})
  .meta({ description: 'How often records are sent again that a backend could not take.' });

const HTTP_ENDPOINT =
  'an address such as http://localhost:4318 or https://otlp.example.com, with no user or password in it';
const GRPC_ENDPOINT =
  'an address such as http://localhost:4317, https://otlp.example.com or host:4317, with no user, password, path or query in it';

const address = (description: string) =>
  z
    .string({ error: HTTP_ENDPOINT })
    // Whichever of the addresses it is, it is read in the same way.
    .refine((endpoint) => httpUrl({ endpoint }, 'logs').ok, { error: HTTP_ENDPOINT })
    .optional()
    .meta({ description });

const ownAddress = (signal: Signal) => address(`The full address for ${signal}, used as it is, instead of endpoint.`);

const otlpHttp = z.strictObject({
  endpoint: address(
    'The backend; v1/logs, v1/traces and v1/metrics are put after its path. Without it http://localhost:4318.',
  ),
  logs_endpoint: ownAddress('logs'),
  traces_endpoint: ownAddress('traces'),
  metrics_endpoint: ownAddress('metrics'),
  encoding: z.enum(['proto', 'json'], { error: 'proto or json' }).default('proto').meta({
    description: 'How records are written: proto (OTLP’s default, smaller and faster) or json.',
  }),
  headers: headers(HTTP_HEADERS),
  compression,
  timeout,
  tls: z
    .strictObject(TLS_FILES)
    .superRefine(wantPair)
    .default({})
    .meta({ description: 'TLS for an https:// endpoint.' }),
  retry,
});

export type OtlpHttpOptions = z.output<typeof otlpHttp>;

const otlpGrpc = z.strictObject({
  endpoint: z
    .string({ error: GRPC_ENDPOINT })
    .min(1, { error: GRPC_ENDPOINT })
    .refine((endpoint) => grpcTarget({ endpoint }).ok, { error: GRPC_ENDPOINT })
    .optional()
    .meta({
      description:
        'The backend: http:// for no TLS, https:// for TLS, or host:port, which is TLS unless tls.insecure is set. Without it http://localhost:4317.',
    }),
  headers: headers(GRPC_HEADERS),
  compression,
  timeout,
  tls: z
    .strictObject({
      insecure: z.boolean({ error: 'true or false' }).optional().meta({
        description: 'Speaks without TLS to an endpoint that is written without http:// or https://.',
      }),
      ...TLS_FILES,
    })
    .superRefine(wantPair)
    .default({})
    .meta({ description: 'TLS for an https:// or bare endpoint.' }),
  retry,
});

export type OtlpGrpcOptions = z.output<typeof otlpGrpc>;

const consoleOptions = z.strictObject({
  format: z.enum(['auto', 'line', 'json'], { error: 'auto, line or json' }).default('auto').meta({
    description: 'line (for people), json (one object a line), or auto: line on a terminal, json otherwise.',
  }),
  color: z.enum(['auto', 'always', 'never'], { error: 'auto, always or never' }).default('auto').meta({
    description: 'Colours in lines; auto: on a terminal that has them, unless NO_COLOR is set.',
  }),
});

export type ConsoleOptions = z.output<typeof consoleOptions>;

const fileOptions = z.strictObject({
  path: z.string({ error: A_PATH }).min(1, { error: A_PATH }).meta({
    description: 'The file that OTLP JSON lines are added to; made, readable by its owner only, where it is not there.',
  }),
});

export type FileOptions = z.output<typeof fileOptions>;

/** The options of each type of exporter. */
export const EXPORTER_SCHEMAS = {
  otlp_http: otlpHttp,
  otlp_grpc: otlpGrpc,
  console: consoleOptions,
  file: fileOptions,
} as const;

export type ExporterType = keyof typeof EXPORTER_SCHEMAS;

/** The names that the OpenTelemetry Collector has for them. */
export const EXPORTER_TYPE_ALIASES: Readonly<Record<string, ExporterType>> = {
  otlphttp: 'otlp_http',
  otlp: 'otlp_grpc',
};

/** One exporter as configured; `name` is its key in the configuration, `type` or `type/name`. */
export type ExporterConfig = { readonly name: string } & (
  | { readonly type: 'otlp_http'; readonly options: OtlpHttpOptions }
  | { readonly type: 'otlp_grpc'; readonly options: OtlpGrpcOptions }
  | { readonly type: 'console'; readonly options: ConsoleOptions }
  | { readonly type: 'file'; readonly options: FileOptions }
);
