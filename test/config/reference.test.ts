/** The commented configuration, the JSON Schema and the options' document all come from, or are held by, the schemas. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { configSchema, type JsonSchema, propertiesOf, schemaOf } from '../../src/config/json-schema.ts';
import { plain } from '../../src/config/node.ts';
import { optionsDocument } from '../../src/config/options-document.ts';
import { PIPELINES, PROCESSORS, type ProcessorType, receiverSchema, serviceSchema } from '../../src/config/schemas.ts';
import { readYaml } from '../../src/config/yaml.ts';
import { EXPORTER_SCHEMAS } from '../../src/export/config.ts';
import { storageSchema } from '../../src/journal/config.ts';
import { rulesSchema } from '../../src/rules/config.ts';
import { loaded } from './support.ts';

const REFERENCE = readFileSync(join(import.meta.dirname, '../../otel-config/docker-events-otel.yaml'), 'utf8');

const PARTS = {
  receiver: receiverSchema,
  ...EXPORTER_SCHEMAS,
  rules: rulesSchema,
  storage: storageSchema,
  service: serviceSchema,
  ...PIPELINES,
} as const;
const SCHEMAS = new Map<string, JsonSchema>([
  ...Object.entries(PARTS).map(([name, schema]) => [name, schemaOf(schema)] as const),
  ...Object.entries(PROCESSORS).map(([name, { schema }]) => [name, schemaOf(schema)] as const),
]);

function optionNames(schema: JsonSchema): string[] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, inner]) => [name, ...optionNames(inner)]);
}

function validator() {
  return new Ajv({ strict: false }).compile(configSchema());
}

function document(text: string): unknown {
  const read = readYaml(text);
  assert.ok(read.ok);
  return JSON.parse(JSON.stringify(plain(read.value)));
}

describe('the commented configuration', () => {
  it('is right, as it is and with every option put in', async () => {
    const { warnings } = await loaded(REFERENCE);
    assert.deepEqual(warnings, []);
    const everything = REFERENCE.replace(/^( *)# ( *(?:#? *)[a-z_.]+:(?: .*)?)$/gm, '$1$2')
      .replace(/^ *context: .*$/m, '')
      .replace(/^( *(?:headers|resource_attributes|filters|tls):) \{\}$/gm, '$1')
      .replace(/^ *# {2}insecure: .*$/m, '');
    await loaded(everything, { env: { OTLP_TOKEN: 'x', REDACT_KEY: 'x'.repeat(16), ATTRIBUTES_KEY: 'x'.repeat(16) } });
  });

  it('names every option', () => {
    for (const [part, schema] of SCHEMAS) {
      for (const name of optionNames(schema)) {
        assert.match(REFERENCE, new RegExp(`(^|[\\s{])${name}:`, 'm'), `${part}.${name} is not in it`);
      }
    }
  });

  it('shows the defaults', async () => {
    const { config } = await loaded(REFERENCE);
    const pipeline = config.pipelines[0];
    assert.deepEqual({ ...config.receivers[0]?.engine }, receiverSchema.parse({}));
    assert.deepEqual(config.service, (await loaded()).config.service);
    const kept = await loaded(REFERENCE, { args: { storage: '/x' } });
    assert.deepEqual(kept.config.storage, { ...storageSchema.parse({}), directory: '/x' });
    assert.deepEqual(config.rules, rulesSchema.parse({}));
    for (const [type, { schema }] of Object.entries(PROCESSORS)) {
      assert.equal(JSON.stringify(pipeline?.[type as ProcessorType]), JSON.stringify(schema.parse({})), type);
    }
  });
});

describe('the JSON Schema for editors', () => {
  it('accepts what is right', () => {
    const validate = validator();
    for (const text of [
      REFERENCE,
      '',
      'receivers: {docker_events: {event_queue_size: "${env:SIZE}", EventQueueSize: 3}}',
      'exporters: {otlp_http/a: {timeout: 3s}, otlp: , console: , file: {path: x}}',
      'service: {pipelines: {logs/x: {exporters: [console]}}}',
      'service: {pipelines: {traces/x: {optional: true, exporters: [console]}, metrics: {exporters: [otlp_http]}}}',
      'receivers: {docker_events: , docker_events/b: {context: b}}\nservice: {pipelines: {logs: {receivers: [docker_events/b], exporters: [console]}}}',
      'storage: {directory: none, max_size: 64MiB}',
      'storage:',
    ]) {
      assert.ok(validate(document(text)), `${text}\n${JSON.stringify(validate.errors)}`);
    }
  });

  it('refuses what is wrong', () => {
    const validate = validator();
    for (const text of [
      'exporter: {}',
      'receivers: {docker_event: }',
      'receivers: {docker_events: {hots: x}}',
      'receivers: {docker_events: {event_queue_size: many}}',
      'processors: {mapping: {views: [falko]}}',
      'exporters: {file: {}}',
      'storage: {directroy: /x}',
      'storage: none',
      'service: {pipelines: {trace: {exporters: [console]}}}',
      'service: {pipelines: {metrics: {receivers: [docker_events], exporters: [otlp_http]}}}',
      'service: {telemetry: {http: {listn: none}}}',
    ]) {
      assert.equal(validate(document(text)), false, text);
    }
  });
});

describe('the document of all options', () => {
  it('has a row with a meaning for every option', () => {
    const text = optionsDocument();
    for (const [part, schema] of SCHEMAS) {
      for (const name of Object.keys(propertiesOf(schema))) {
        assert.match(text, new RegExp(`^\\| \`${name}\` \\|[^|]*\\| \\S.+ \\|$`, 'm'), `${part}.${name}`);
      }
    }
  });
});
