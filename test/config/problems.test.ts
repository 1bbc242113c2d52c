/** Every message of the configuration by its exact text. Those of single options stand with the stages' own tests. */
import assert from 'node:assert/strict';
import { receiverSchema } from '../../src/config/schemas.ts';
import { problemsOf, type Sources } from './support.ts';

const EXPORTERS =
  'otlp_http or otlp_http/NAME, otlp_grpc or otlp_grpc/NAME, console or console/NAME, file or file/NAME';

const PIPELINES = 'logs or logs/NAME, traces or traces/NAME, metrics or metrics/NAME';

interface Case {
  readonly it: string;
  readonly file?: string;
  readonly sources?: Sources;
  readonly says: readonly string[];
}

const CASES: readonly Case[] = [
  {
    it: 'a section that is misspelt',
    file: 'reciever:\n  docker_events:\nexporter: {}\n',
    says: [
      'c.yaml:1:1: reciever: expected a known key, got "reciever". Did you mean "receivers"?',
      'c.yaml:3:1: exporter: expected a known key, got "exporter". Did you mean "exporters"?',
    ],
  },
  {
    it: 'a section that we do not have',
    file: 'extensions: {health_check: }\n',
    says: [
      'c.yaml:1:1: extensions: expected one of receivers, rules, processors, exporters, storage, service, got "extensions".',
    ],
  },
  {
    it: 'a section that is no mapping',
    file: 'receivers: [docker_events]\nexporters: console\n',
    says: [
      'c.yaml:1:12: receivers: expected a mapping, got a list.',
      'c.yaml:2:12: exporters: expected a mapping, got "console".',
    ],
  },
  {
    it: 'a receiver of another kind',
    file: 'receivers:\n  docker_event:\n',
    says: [
      'c.yaml:2:3: receivers.docker_event: expected docker_events or docker_events/NAME, got "docker_event". Did you mean "docker_events"?',
    ],
  },
  {
    it: 'two receivers that are told no engine',
    file: 'receivers:\n  docker_events/a:\n  docker_events/b:\n',
    says: [
      'c.yaml:3:3: receivers.docker_events/b: expected a host or a context, since docker_events/a reads the engine that the environment names, got neither.',
    ],
  },
  {
    it: 'receivers of one engine, and options of each',
    file: 'receivers:\n  docker_events: {host: tcp://a:2375, hots: x}\n  docker_events/a: {host: tcp://b:2375}\n  docker_events/b: {host: tcp://b:2375/}\n  docker_events/c: {context: x}\n  docker_events/d: {context: x}\n  docker_events/e: {context: x, host: tcp://c:1}\n',
    says: [
      'c.yaml:2:39: receivers.docker_events.hots: expected a known key, got "hots". Did you mean "host"?',
      'c.yaml:4:27: receivers.docker_events/b.host: expected an engine that no other receiver reads, got the one of docker_events/a.',
      'c.yaml:6:30: receivers.docker_events/d.context: expected an engine that no other receiver reads, got the one of docker_events/c.',
      'c.yaml:7:30: receivers.docker_events/e.context: expected host or context, since each names an engine, got both.',
    ],
  },
  {
    it: 'an engine of the command line beside several receivers',
    file: 'receivers:\n  docker_events: {host: tcp://a:2375}\n  docker_events/b: {host: tcp://b:2375}\n',
    sources: { args: { host: 'tcp://c:2375' } },
    says: ['--host: expected one receiver, whose engine it names, got the receivers docker_events, docker_events/b.'],
  },
  {
    it: 'a context of the command line beside several receivers',
    file: 'receivers: {docker_events: , docker_events/b: {context: b}}\n',
    sources: { args: { context: 'c' } },
    says: [
      '--context: expected one receiver, whose engine it names, got the receivers docker_events, docker_events/b.',
    ],
  },
  {
    it: 'pipelines that read receivers which are not there',
    file: 'receivers: {docker_events/edge: , docker_events/b: {context: b}}\nexporters: {console: }\nservice:\n  pipelines:\n    logs/1: {receivers: [docker_events/egde], exporters: [console]}\n    logs/2: {receivers: [], exporters: [console]}\n    logs/3: {receivers: [otlp], exporters: [console]}\n',
    says: [
      'c.yaml:5:26: service.pipelines.logs/1.receivers[0]: expected one of the receivers docker_events/edge, docker_events/b, got "docker_events/egde". Did you mean "docker_events/edge"?',
      'c.yaml:6:25: service.pipelines.logs/2.receivers: expected at least one receiver, got an empty list.',
      'c.yaml:7:26: service.pipelines.logs/3.receivers[0]: expected one of the receivers docker_events/edge, docker_events/b, got "otlp".',
    ],
  },
  {
    it: 'a storage whose options cannot be',
    file: 'storage:\n  directroy: /x\n  directory: 5\n  max_size: 1MiB\n  max_age: 1d\n  history: lots\n',
    says: [
      'c.yaml:2:3: storage.directroy: expected a known key, got "directroy". Did you mean "directory"?',
      'c.yaml:3:14: storage.directory: expected the path of a folder, or none, got 5.',
      'c.yaml:4:13: storage.max_size: expected a size from 64MiB to 1024GiB, such as 256MiB or 1GiB, got "1MiB".',
      'c.yaml:5:12: storage.max_age: expected a duration from 1m to 8784h, such as 1m30s, got "1d".',
      'c.yaml:6:12: storage.history: expected a size from 0 bytes to 1024GiB, such as 16MiB, 256MiB or 1GiB, got "lots".',
    ],
  },
  {
    it: 'a history that is larger than all that may be kept',
    file: 'storage: {max_size: 64MiB, history: 1GiB}\n',
    says: ['c.yaml:1:37: storage.history: expected at most max_size, which is 64MiB, got "1GiB".'],
  },
  {
    it: 'a storage without its options',
    file: 'storage: none\n',
    sources: { args: { storage: '' } },
    says: [
      'c.yaml:1:10: storage: expected a mapping, got "none".',
      '--storage: expected the path of a folder, or none, got "".',
    ],
  },
  {
    it: 'an option that is misspelt, and one that is nobody’s',
    file: 'receivers:\n  docker_events:\n    hots: unix:///x\n    colour: red\n',
    says: [
      'c.yaml:3:5: receivers.docker_events.hots: expected a known key, got "hots". Did you mean "host"?',
      `c.yaml:4:5: receivers.docker_events.colour: expected one of ${Object.keys(receiverSchema.shape).join(', ')}, got "colour".`,
    ],
  },
  {
    it: 'an option within an option that is misspelt',
    file: 'receivers:\n  docker_events:\n    tls: {cafile: /x}\n',
    says: [
      'c.yaml:3:11: receivers.docker_events.tls.cafile: expected a known key, got "cafile". Did you mean "ca_file"?',
    ],
  },
  {
    it: 'an option within a list that is misspelt, and a key that is too short',
    file: 'processors:\n  attributes:\n    hash_key: secret\n    actions:\n      - {action: delete, patern: "a*"}\n',
    says: [
      'c.yaml:3:15: processors.attributes.hash_key: expected a key of at least 16 characters, such as `openssl rand -hex 32` prints, got a value that is not shown.',
      'c.yaml:5:18: processors.attributes.actions[0].action: expected key or pattern beside it, got "delete".',
      'c.yaml:5:26: processors.attributes.actions[0].patern: expected a known key, got "patern". Did you mean "pattern"?',
    ],
  },
  {
    it: 'values of the wrong kind, all at once',
    file: 'receivers:\n  docker_events:\n    host: 5\n    event_queue_size: many\n    ping_interval: soon\n    max_line_size: 1KiB\n    api_version: 1.52\n    tls: {insecure_skip_verify: "yes"}\n    context:\n',
    says: [
      'c.yaml:3:11: receivers.docker_events.host: expected an endpoint such as unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host, with no password in it, got 5.',
      'c.yaml:4:23: receivers.docker_events.event_queue_size: expected a whole number of events from 1 to 10000000, got "many".',
      'c.yaml:5:20: receivers.docker_events.ping_interval: expected a duration from 1s to 1h, such as 5s or 1m30s, got "soon".',
      'c.yaml:6:20: receivers.docker_events.max_line_size: expected a size from 64KiB to 256MiB, such as 64KiB, 16MiB or 256MiB, got "1KiB".',
      'c.yaml:7:18: receivers.docker_events.api_version: expected an API version in quotes, such as "1.52", got 1.52.',
      'c.yaml:8:33: receivers.docker_events.tls.insecure_skip_verify: expected true or false, got "yes".',
      'c.yaml:9:5: receivers.docker_events.context: expected the name of a context, as `docker context ls` shows it, got nothing.',
    ],
  },
  {
    it: 'an option by both of its names',
    file: 'receivers:\n  docker_events: {event_queue_size: 10, EventQueueSize: 20}\n',
    says: [
      'c.yaml:2:41: receivers.docker_events.EventQueueSize: expected event_queue_size or EventQueueSize, which are the same option, got both.',
    ],
  },
  {
    it: 'a batch that is larger than the queue it is taken from',
    file: 'receivers:\n  docker_events: {event_queue_size: 10}\nprocessors:\n  batch: {batch_size: 20}\n',
    says: ['c.yaml:4:23: processors.batch.batch_size: expected at most event_queue_size, which is 10, got 20.'],
  },
  {
    it: 'a processor of another kind',
    file: 'processors:\n  memory_limiter:\n  filtre/x:\n  bacth:\n',
    says: [
      'c.yaml:2:3: processors.memory_limiter: expected filter or filter/NAME, redact or redact/NAME, mapping or mapping/NAME, attributes or attributes/NAME, batch or batch/NAME, got "memory_limiter".',
      'c.yaml:3:3: processors.filtre/x: expected filter or filter/NAME, redact or redact/NAME, mapping or mapping/NAME, attributes or attributes/NAME, batch or batch/NAME, got "filtre/x". Did you mean "filter"?',
      'c.yaml:4:3: processors.bacth: expected filter or filter/NAME, redact or redact/NAME, mapping or mapping/NAME, attributes or attributes/NAME, batch or batch/NAME, got "bacth". Did you mean "batch"?',
    ],
  },
  {
    it: 'views and resource attributes that cannot be',
    file: 'processors:\n  mapping:\n    views: [otel, flaco]\n    resource_attributes: {a: [1], "": x}\n',
    says: [
      'c.yaml:3:19: processors.mapping.views[1]: expected otel, falco or logtail, got "flaco". Did you mean "falco"?',
      'c.yaml:4:30: processors.mapping.resource_attributes.a: expected text, a number, or true or false, got a list.',
      'c.yaml:4:39: processors.mapping.resource_attributes.: expected a name that is not empty, got "x".',
    ],
  },
  {
    it: 'an exporter of another kind',
    file: 'exporters:\n  otlphtttp:\n  kafka:\n  console/:\n',
    says: [
      `c.yaml:2:3: exporters.otlphtttp: expected ${EXPORTERS}, got "otlphtttp". Did you mean "otlp_http"?`,
      `c.yaml:3:3: exporters.kafka: expected ${EXPORTERS}, got "kafka".`,
      `c.yaml:4:3: exporters.console/: expected ${EXPORTERS}, got "console/".`,
    ],
  },
  {
    it: 'a file exporter without a file',
    file: 'exporters:\n  file:\n',
    says: ['c.yaml:2:3: exporters.file.path: expected the path of a file, got nothing.'],
  },
  {
    it: 'a header whose value cannot be one, without showing it',
    file: 'exporters:\n  otlp_http:\n    headers: {authorization: 12345, x: "s3cret\\ntoken"}\n',
    says: [
      'c.yaml:3:30: exporters.otlp_http.headers.authorization: expected text; a number or true needs quotes, got a value that is not shown.',
      'c.yaml:3:40: exporters.otlp_http.headers.x: expected a header value in one line, of characters that a header can carry (RFC 9110, section 5.5), got a value that is not shown.',
    ],
  },
  {
    it: 'an endpoint with a password, without showing it',
    file: 'exporters:\n  otlp_http: {endpoint: "https://user:hunter2@example.com"}\n',
    says: [
      'c.yaml:2:25: exporters.otlp_http.endpoint: expected an address such as http://localhost:4318 or https://otlp.example.com, with no user or password in it, got "https://[masked]@example.com".',
    ],
  },
  {
    it: 'what is too much in an endpoint, without showing it',
    file: `exporters:\n${[
      'http:///user:hunter2@example.com',
      'htp//user:hunter2@example.com',
      'http://user:hunter2/x?y@example.com',
      'http://example.com/#hunter2',
      '//example.com?key=hunter2',
    ]
      .map((endpoint, index) => `  otlp_http/${index}: {endpoint: "${endpoint}"}\n`)
      .join('')}`,
    says: [
      'http://[masked]@example.com',
      'htp//[masked]@example.com',
      'http://[masked]@example.com',
      'http://example.com/#[masked]',
      '//example.com?[masked]',
    ].map(
      (shown, index) =>
        `c.yaml:${index + 2}:27: exporters.otlp_http/${index}.endpoint: expected an address such as http://localhost:4318 or https://otlp.example.com, with no user or password in it, got "${shown}".`,
    ),
  },
  {
    it: 'a word that is near the right one, and none that a variable put in',
    file: 'exporters: {otlp_http: {compression: gzipp}, console: {format: "${env:FORMAT}"}}\n',
    sources: { env: { FORMAT: 'lines' } },
    says: [
      'c.yaml:1:38: exporters.otlp_http.compression: expected none or gzip, got "gzipp". Did you mean "gzip"?',
      'c.yaml:1:64: exporters.console.format: expected auto, line or json, got the value of ${env:FORMAT}.',
    ],
  },
  {
    it: 'what a variable put in, by its name and not its value',
    file: 'receivers:\n  docker_events:\n    event_queue_size: ${env:SIZE}\n    ping_interval: ${env:NOT_SET}\n',
    sources: { env: { SIZE: 'hunter2' } },
    says: [
      'c.yaml:3:23: receivers.docker_events.event_queue_size: expected a whole number of events from 1 to 10000000, got the value of ${env:SIZE}.',
      'c.yaml:4:20: receivers.docker_events.ping_interval: expected the environment variable NOT_SET, or a default as in ${env:NOT_SET:-default}, got neither.',
    ],
  },
  {
    it: 'pipelines that are none of ours',
    file: 'service:\n  pipelines:\n    trace: {exporters: [console]}\n    logs: [console]\n    logs/x: {exporters: [], procesors: []}\n    profiles/x:\n    metrics: 5\n    traces/:\n',
    says: [
      `c.yaml:3:5: service.pipelines.trace: expected ${PIPELINES}, got "trace". Did you mean "traces"?`,
      'c.yaml:4:11: service.pipelines.logs: expected a mapping with receivers, processors and exporters, got a list.',
      'c.yaml:5:25: service.pipelines.logs/x.exporters: expected at least one exporter, got an empty list.',
      'c.yaml:5:29: service.pipelines.logs/x.procesors: expected a known key, got "procesors". Did you mean "processors"?',
      `c.yaml:6:5: service.pipelines.profiles/x: expected ${PIPELINES}, got "profiles/x".`,
      'c.yaml:7:14: service.pipelines.metrics: expected a mapping with exporters, got 5.',
      `c.yaml:8:5: service.pipelines.traces/: expected ${PIPELINES}, got "traces/".`,
    ],
  },
  {
    it: 'pipelines for metrics that have more than exporters, and others than can send them',
    file: 'exporters: {otlp_http: , console: , file: {path: x}}\nservice:\n  pipelines:\n    metrics: {receivers: [docker_events], procesors: [], exporters: [console, otlp_htp]}\n    metrics/b: {processors: [batch], exporters: [file], optional: maybe}\n    metrics/c: {exporters: []}\n    metrics/d: {exporters: [file]}\n',
    says: [
      'c.yaml:4:15: service.pipelines.metrics.receivers: expected exporters alone, since metrics are of all that is read, got "receivers".',
      'c.yaml:4:43: service.pipelines.metrics.procesors: expected one of exporters, optional, got "procesors".',
      'c.yaml:4:79: service.pipelines.metrics.exporters[1]: expected one of the exporters otlp_http, console, file, got "otlp_htp". Did you mean "otlp_http"?',
      'c.yaml:5:17: service.pipelines.metrics/b.processors: expected exporters alone, since metrics are of all that is read, got "processors".',
      'c.yaml:5:50: service.pipelines.metrics/b.exporters[0]: expected an OTLP exporter or console, since metrics are sent by no other, got "file".',
      'c.yaml:5:67: service.pipelines.metrics/b.optional: expected true or false, got "maybe".',
      'c.yaml:6:28: service.pipelines.metrics/c.exporters: expected at least one exporter, got an empty list.',
      'c.yaml:7:29: service.pipelines.metrics/d.exporters[0]: expected an OTLP exporter or console, since metrics are sent by no other, got "file".',
    ],
  },
  {
    it: 'pipelines for traces of parts that are not there',
    file: 'exporters: {console: }\nservice:\n  pipelines:\n    traces: {receivers: [docker], processors: [bacth], exporters: [consle]}\n    traces/b: {exporters: [console], optional: 5}\n    logs: {exporters: [console], optional: true}\n',
    says: [
      'c.yaml:4:26: service.pipelines.traces.receivers[0]: expected docker_events, got "docker".',
      'c.yaml:4:48: service.pipelines.traces.processors[0]: expected one of filter, redact, mapping, attributes, batch, got "bacth". Did you mean "batch"?',
      'c.yaml:4:68: service.pipelines.traces.exporters[0]: expected one of the exporters console, got "consle". Did you mean "console"?',
      'c.yaml:5:48: service.pipelines.traces/b.optional: expected true or false, got 5.',
      'c.yaml:6:34: service.pipelines.logs.optional: expected one of receivers, processors, exporters, got "optional".',
    ],
  },
  {
    it: 'pipelines whose ways out would have one name',
    file: 'exporters: {otlp_http/x:console: , console: }\nservice:\n  pipelines:\n    traces/a: {exporters: ["otlp_http/x:console"]}\n    traces/a:otlp_http/x: {exporters: [console]}\n',
    says: [
      'c.yaml:5:5: service.pipelines.traces/a:otlp_http/x: expected a name that does not make it one with otlp_http/x:console in traces/a, got "traces/a:otlp_http/x".',
    ],
  },
  {
    it: 'exporters of the own log that are not there, or not OTLP',
    file: 'exporters: {otlp_http/a: {tiemout: 1s}, console: }\nservice:\n  telemetry:\n    logs: {exporters: [otlp_http/b, console, otlp_http/a]}\n',
    says: [
      'c.yaml:1:27: exporters.otlp_http/a.tiemout: expected a known key, got "tiemout". Did you mean "timeout"?',
      'c.yaml:4:24: service.telemetry.logs.exporters[0]: expected one of the exporters otlp_http/a, console, got "otlp_http/b". Did you mean "otlp_http/a"?',
      `c.yaml:4:37: service.telemetry.logs.exporters[1]: expected an OTLP exporter, since the collector's own log is sent by no other, got "console".`,
    ],
  },
  {
    it: 'an address to listen at, and an interval, that cannot be',
    file: 'service:\n  telemetry:\n    http: {listen: 9464, lsten: x}\n    metrics: {interval: 10ms, intervall: 1s}\n    log: {}\n',
    sources: { args: { listen: 'localhost' } },
    says: [
      'c.yaml:3:26: service.telemetry.http.lsten: expected a known key, got "lsten". Did you mean "listen"?',
      'c.yaml:4:25: service.telemetry.metrics.interval: expected a duration from 1s to 24h, such as 5s or 1m30s, got "10ms".',
      'c.yaml:4:31: service.telemetry.metrics.intervall: expected a known key, got "intervall". Did you mean "interval"?',
      'c.yaml:5:5: service.telemetry.log: expected a known key, got "log". Did you mean "logs"?',
      '--listen: expected an address such as 127.0.0.1:9464 or [::1]:9464, or none, got "localhost".',
    ],
  },
  {
    it: 'what the environment says of where to listen and how often',
    sources: { env: { DOCKER_EVENTS_OTEL_LISTEN: ':9464', OTEL_METRIC_EXPORT_INTERVAL: '20' } },
    says: [
      'OTEL_METRIC_EXPORT_INTERVAL: expected a duration from 1s to 24h, in milliseconds where it has no unit, got 20.',
      'DOCKER_EVENTS_OTEL_LISTEN: expected an address such as 127.0.0.1:9464 or [::1]:9464, or none, got ":9464".',
    ],
  },
  {
    it: 'an exporter of the command line that no pipeline can use',
    file: 'exporters: {otlp_http: , file: {path: x}}\nservice: {pipelines: {metrics: {exporters: [otlp_http]}}}\n',
    sources: { args: { exporters: ['file'] } },
    says: ['--exporter: expected an exporter that a pipeline of the file can use, got "file".'],
  },
  {
    it: 'an exporter of the file that the command line replaces',
    file: 'exporters: {otlp_http: {tiemout: 1s}}\n',
    sources: { args: { exporters: ['console'] } },
    says: ['c.yaml:1:25: exporters.otlp_http.tiemout: expected a known key, got "tiemout". Did you mean "timeout"?'],
  },
  {
    it: 'an option for one signal that the environment has wrong',
    sources: {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'b',
        OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '5',
      },
    },
    says: [
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: expected an address such as http://localhost:4318 or https://otlp.example.com, with no user or password in it, got "b".',
      'OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: expected a duration from 100ms to 10m, in milliseconds where it has no unit, got 5.',
    ],
  },
  {
    it: 'a pipeline of parts that are not there',
    file: 'exporters: {console: , otlp_http: }\nservice:\n  pipelines:\n    logs:\n      receivers: [docker]\n      processors: [mapping/x, batch, batch]\n      exporters: [console, otlphttp]\n',
    says: [
      'c.yaml:5:19: service.pipelines.logs.receivers[0]: expected docker_events, got "docker".',
      'c.yaml:6:20: service.pipelines.logs.processors[0]: expected one of filter, redact, mapping, attributes, batch, got "mapping/x". Did you mean "mapping"?',
      'c.yaml:6:38: service.pipelines.logs.processors[2]: expected one batch in a pipeline, got a second one, "batch".',
      'c.yaml:7:28: service.pipelines.logs.exporters[1]: expected one of the exporters console, otlp_http, got "otlphttp". Did you mean "otlp_http"?',
    ],
  },
  {
    it: 'a pipeline whose exporter is not defined',
    file: 'service:\n  pipelines: {logs: {exporters: [console]}}\n',
    says: [
      'c.yaml:2:34: service.pipelines.logs.exporters[0]: expected the name of an exporter, defined under exporters, got "console".',
    ],
  },
  {
    it: 'a service that is misspelt',
    file: 'service:\n  telemetry: {logs: {level: verbose}, traces: {}}\n  shutdown_timeout: never\n',
    says: [
      'c.yaml:2:29: service.telemetry.logs.level: expected debug, info, warn or error, got "verbose".',
      'c.yaml:2:39: service.telemetry.traces: expected one of logs, metrics, http, got "traces".',
      'c.yaml:3:21: service.shutdown_timeout: expected a duration from 100ms to 1h, such as 200ms, 5s or 1m30s, got "never".',
    ],
  },
  {
    it: 'variables of this program',
    sources: {
      env: {
        DOCKER_EVENTS_OTEL_EVENT_QUEUE_SIZE: 'big',
        DOCKER_EVENTS_OTEL_FLUSH_INTERVAL: '-1',
        DOCKER_EVENTS_OTEL_VIEWS: 'otel,otl',
        DOCKER_EVENTS_OTEL_LOG_LEVEL: 'loud',
        DOCKER_EVENTS_OTEL_LOG_FORMAT: 'xml',
      },
    },
    says: [
      'DOCKER_EVENTS_OTEL_EVENT_QUEUE_SIZE: expected a whole number of events from 1 to 10000000, got "big".',
      'DOCKER_EVENTS_OTEL_LOG_LEVEL: expected debug, info, warn or error, got "loud".',
      'DOCKER_EVENTS_OTEL_LOG_FORMAT: expected auto, json or text, got "xml".',
      'DOCKER_EVENTS_OTEL_VIEWS: expected otel, falco or logtail, got "otl". Did you mean "otel"?',
      'DOCKER_EVENTS_OTEL_FLUSH_INTERVAL: expected a duration from 10ms to 1h, in milliseconds where it has no unit, got "-1".',
    ],
  },
  {
    it: 'variables of OpenTelemetry',
    sources: { env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector', OTEL_EXPORTER_OTLP_TIMEOUT: '5' } },
    says: [
      'OTEL_EXPORTER_OTLP_ENDPOINT: expected an address such as http://localhost:4318 or https://otlp.example.com, with no user or password in it, got "collector".',
      'OTEL_EXPORTER_OTLP_TIMEOUT: expected a duration from 100ms to 10m, in milliseconds where it has no unit, got 5.',
    ],
  },
  {
    it: 'OTEL_LOGS_EXPORTER that leaves nothing to do',
    sources: { env: { OTEL_LOGS_EXPORTER: 'none' } },
    says: [
      'OTEL_LOGS_EXPORTER: expected otlp, console, or both: without an exporter there is nothing to run for, got "none".',
    ],
  },
  {
    it: 'arguments',
    sources: {
      args: { exporters: ['otpl', 'nothing'], eventQueueSize: '0', views: ['falko'], logLevel: 'x', flushInterval: '' },
    },
    says: [
      '--event-queue-size: expected a whole number of events from 1 to 10000000, got "0".',
      '--log-level: expected debug, info, warn or error, got "x".',
      '--exporter: expected one of otlp_http, otlp_grpc, console, file, otlp, got "otpl". Did you mean "otlp"?',
      '--exporter: expected one of otlp_http, otlp_grpc, console, file, otlp, got "nothing".',
      '--view: expected otel, falco or logtail, got "falko". Did you mean "falco"?',
      '--flush-interval: expected a duration from 10ms to 1h, such as 200ms, 5s or 1m30s, got "".',
    ],
  },
  {
    it: 'seconds that would be read as milliseconds',
    file: 'service: {shutdown_timeout: 10}\n',
    says: [
      'c.yaml:1:29: service.shutdown_timeout: expected a duration from 100ms to 1h, in milliseconds where it has no unit, got 10.',
    ],
  },
  {
    it: 'an engine that cannot be named so, beside what else is wrong',
    file: 'receivers:\n  docker_events:\n    host: ftp://engine\n    context: production\n    event_queue_size: many\n',
    says: [
      'c.yaml:3:11: receivers.docker_events.host: expected an endpoint such as unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host, with no password in it, got "ftp://engine".',
      'c.yaml:4:14: receivers.docker_events.context: expected host or context, since each names an engine, got both.',
      'c.yaml:5:23: receivers.docker_events.event_queue_size: expected a whole number of events from 1 to 10000000, got "many".',
    ],
  },
  {
    it: 'an engine of the command line that cannot be named so, without its password',
    sources: { args: { host: 'ssh://me:hunter2@engine' } },
    says: [
      '--host: expected an endpoint such as unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host, with no password in it, got "ssh://[masked]@engine".',
    ],
  },
  {
    it: 'waits between reconnects that begin above their end',
    file: 'receivers:\n  docker_events: {reconnect_initial: 10s, reconnect_max: 1500ms}\n',
    says: [
      'c.yaml:2:38: receivers.docker_events.reconnect_initial: expected at most reconnect_max, which is 1500ms, got "10s".',
    ],
  },
  {
    it: 'a protocol and an endpoint of the command line',
    sources: { args: { endpoint: 'ftp://x', protocol: 'http/protobuff' } },
    says: [
      '--protocol: expected one of http/protobuf, http/json, grpc, got "http/protobuff". Did you mean "http/protobuf"?',
    ],
  },
  {
    it: 'a file exporter of the command line, which has no path',
    sources: { args: { exporters: ['file'] } },
    says: ['--exporter file.path: expected the path of a file, got nothing.'],
  },
];

describe('problems of a configuration', () => {
  for (const { it: what, file, sources, says } of CASES) {
    it(`tells ${what}`, async () => assert.deepEqual(await problemsOf(file, sources), says));
  }

  it('tells one that two pipelines share once', async () => {
    const file =
      'processors: {batch: {batch_size: 0}}\nexporters: {console: }\nservice:\n  pipelines:\n    logs/a: {exporters: [console]}\n    logs/b: {exporters: [console]}\n';
    assert.deepEqual(await problemsOf(file), [
      'c.yaml:1:34: processors.batch.batch_size: expected a whole number of records from 1 to 65536, got 0.',
    ]);
  });
});
