/** The templates within queries are templates, and make of a record what their panel shows. */
import assert from 'node:assert/strict';
import { goTemplate } from './go-template.ts';
import { queriesOf } from './queries.ts';
import { JSON_FILES, read, treeOf } from './stack-files.ts';

const EXPRESSIONS = JSON_FILES.filter((file) => file.includes('/dashboards/'))
  .flatMap((file) => queriesOf(treeOf(read(file))))
  .map(({ expression }) => expression);

function templatesOf(expression: string): string[] {
  return [...expression.matchAll(/`([^`]*\{\{[^`]*)`/g)].map(([, template = '']) => template);
}

function templateNamed(label: string): (fields: Readonly<Record<string, string>>) => string {
  for (const expression of EXPRESSIONS) {
    const [, template] = new RegExp(`\\b${label}=\`([^\`]+)\``).exec(expression) ?? [];
    if (template !== undefined) return goTemplate(template);
  }
  throw new Error(`no query makes ${label}`);
}

describe('the templates in queries', () => {
  it('are templates', () => {
    const templates = EXPRESSIONS.flatMap(templatesOf);
    assert.ok(templates.length > 10);
    for (const template of templates) assert.doesNotThrow(() => goTemplate(template), template);
  });

  const STATES: readonly (readonly [action: string, more: Readonly<Record<string, string>>, state: string])[] = [
    ['destroy', {}, '0'],
    ['create', {}, '1'],
    ['start', {}, '2'],
    ['unpause', {}, '2'],
    ['health_status', { docker_health_status: 'healthy' }, '2'],
    ['pause', {}, '3'],
    ['die', { docker_container_exit_reason: 'completed' }, '4'],
    ['die', { docker_container_exit_reason: 'stopped' }, '4'],
    ['die', {}, '4'],
    ['die', { docker_container_exit_reason: 'failed' }, '5'],
    ['die', { docker_container_exit_reason: 'oom_killed' }, '5'],
    ['health_status', { docker_health_status: 'unhealthy' }, '6'],
  ];
  for (const [action, more, state] of STATES) {
    it(`make the state ${state} of ${action} ${Object.values(more).join()}`, () => {
      assert.equal(templateNamed('state')({ docker_event_action: action, ...more }), state);
    });
  }

  it('take a Compose project and a Swarm stack for one thing, and their services likewise', () => {
    const [project, service] = [templateNamed('project'), templateNamed('service')];
    assert.equal(project({ docker_compose_project: 'shop' }), 'shop');
    assert.equal(project({ docker_stack_namespace: 'shop' }), 'shop');
    assert.equal(service({ docker_compose_service: 'web' }), 'web');
    assert.equal(service({ docker_swarm_service_name: 'shop_api' }), 'shop_api');
    assert.deepEqual([project({}), service({})], ['', '']);
  });
});

describe('the reader of templates', () => {
  it('fills in fields, texts and conditions', () => {
    const template = goTemplate(
      '{{.a}}: {{ if or (eq .b "x") (eq .b "y") }}1{{ else if .c }}2{{ else }}3{{ end }}, {{ __line__ }}',
    );
    assert.equal(template({ a: 'A', b: 'y', __line__: 'L' }), 'A: 1, L');
    assert.equal(template({ a: 'A', b: 'z', c: 'C' }), 'A: 2, ');
    assert.equal(template({}), ': 3, ');
    assert.equal(goTemplate('{{ if (eq .a "b") }}1{{ end }}')({ a: 'b' }), '1');
    assert.equal(goTemplate('{{ if .a }}{{ if .b }}1{{ end }}{{ else }}2{{ end }}')({}), '2');
  });

  for (const wrong of [
    '{{ if .a }}1',
    '{{ end }}',
    '{{ .a | nobody }}',
    '{{ }}',
    '{{ or (eq .a "b" }}',
    '{{ .a .b }}',
  ]) {
    it(`refuses ${wrong}`, () => assert.throws(() => goTemplate(wrong)));
  }
});
