import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { Folder, testWorld } from './test-world.ts';

describe('check', () => {
  let folder: Folder;
  before(async () => {
    folder = await Folder.make();
  });
  after(() => folder.remove());

  it('says what a right file does, and ends with 0', async () => {
    const file = await folder.file(
      'right.yaml',
      'receivers:\n  docker_events:\n    host: tcp://node-1:2375\nexporters:\n  otlp_http:\n    endpoint: http://me:4318\n  console:\n',
    );
    const world = testWorld();
    assert.equal(await world.program('check', file), 0);
    assert.equal(
      world.stdout.text,
      `${file}: OK, reads tcp://node-1:2375 and sends to http://me:4318/v1/logs (OTLP, http/protobuf), this output (JSON lines), http://me:4318/v1/traces (OTLP, http/protobuf), http://me:4318/v1/metrics (OTLP, http/protobuf)\n`,
    );
    assert.equal(world.stderr.text, '');
  });

  it('says where the journal is, without making it', async () => {
    const file = await folder.file(
      'kept.yaml',
      'receivers: {docker_events: {host: "tcp://a:2375"}}\nexporters: {console: }\nstorage: {directory: /nonexistent/state}\n',
    );
    const world = testWorld();
    assert.equal(await world.program('check', file), 0, world.stderr.text);
    assert.equal(
      world.stdout.text,
      `${file}: OK, reads tcp://a:2375, sends to this output (JSON lines), and keeps what waits in /nonexistent/state\n`,
    );
    assert.equal(existsSync('/nonexistent'), false);
  });

  it('tells what is wrong with rules, each in its file, and what may not be meant', async () => {
    const rule = (more: string) =>
      `- rule: R\n  desc: d\n  condition: docker.type = image\n  output: o\n  priority: Notice\n  source: docker\n${more}`;
    const odd = await folder.file('odd.yaml', rule('  colour: red\n'));
    const bad = await folder.file('bad.yaml', rule('').replace('docker.type', 'docker.typ').replace('R', 'S'));
    const file = await folder.file('c.yaml', `exporters: {console: }\nrules: {files: [${odd}]}\n`);
    const warned = testWorld();
    assert.equal(await warned.program('check', file), 0, warned.stderr.text);
    assert.match(warned.stderr.text, /c\.yaml: warning: \S*odd\.yaml:7:3: rule "R": .*colour/);
    const both = await folder.file('d.yaml', `exporters: {console: }\nrules: {files: [${bad}, /nonexistent.yaml]}\n`);
    const refused = testWorld();
    assert.equal(await refused.program('check', both), 2);
    assert.match(refused.stderr.text, /d\.yaml: \/nonexistent\.yaml: expected a rules file or a folder of them/);
    assert.match(refused.stderr.text, /d\.yaml: \S*bad\.yaml:3:\d+: rule "S": .*docker\.typ\b/);
    assert.match(refused.stderr.text, /d\.yaml: 2 problems\n$/);
  });

  it('names every engine that is read', async () => {
    const file = await folder.file(
      'two.yaml',
      'receivers: {docker_events: {host: "tcp://a:2375"}, docker_events/b: {host: "tcp://b:2375"}}\nexporters: {console: }\n',
    );
    const world = testWorld();
    assert.equal(await world.program('check', file), 0, world.stderr.text);
    assert.match(world.stdout.text, /: OK, reads tcp:\/\/a:2375, tcp:\/\/b:2375 and sends to this output/);
  });

  it('tells all problems of all files, each with its place, and ends with 2', async () => {
    const first = await folder.file(
      'first.yaml',
      'receivers:\n  docker_events:\n    hots: unix:///x\nexporters:\n  console: {format: lines}\n',
    );
    const second = await folder.file('second.yaml', 'exporter: {}\n');
    const third = await folder.file('third.yaml', 'exporters: {console: }\n');
    const world = testWorld();
    assert.equal(await world.program('check', first, second, third), 2);
    assert.deepEqual(world.stderr.lines, [
      `${first}:3:5: receivers.docker_events.hots: expected a known key, got "hots". Did you mean "host"?`,
      `${first}:5:21: exporters.console.format: expected auto, line or json, got "lines". Did you mean "line"?`,
      `${first}: 2 problems`,
      `${second}:1:1: exporter: expected a known key, got "exporter". Did you mean "exporters"?`,
      `${second}: 1 problem`,
    ]);
    assert.match(world.stdout.text, /third\.yaml: OK, /);
  });

  it('accepts a Logtail configuration', async () => {
    const file = await folder.file(
      'logtail.json',
      '{"inputs":[{"type":"service_docker_event","detail":{"EventQueueSize":10}}]}',
    );
    const world = testWorld({ DOCKER_HOST: 'tcp://node-1:2375' });
    assert.equal(await world.program('check', file), 0, world.stderr.text);
  });

  it('tells warnings, and ends with 0', async () => {
    const file = await folder.file(
      'warned.yaml',
      'exporters: {console: , file: {path: /tmp/x}}\nservice: {pipelines: {logs: {exporters: [console]}}}\n',
    );
    const world = testWorld();
    assert.equal(await world.program('check', file), 0);
    assert.deepEqual(world.stderr.lines, [`${file}: warning: exporters.file is in no pipeline, and gets no records.`]);
  });

  it('tells what is right as text and cannot work on this machine', async () => {
    const file = await folder.file(
      'tls.yaml',
      'exporters:\n  otlp_http:\n    endpoint: https://me\n    tls: {ca_file: /nonexistent/ca.pem}\n',
    );
    const world = testWorld();
    assert.equal(await world.program('check', file), 2);
    assert.deepEqual(world.stderr.lines, [
      `${file}: exporters.otlp_http.tls.ca_file /nonexistent/ca.pem cannot be read (ENOENT). Check that it exists and that this process may read it.`,
      `${file}: 1 problem`,
    ]);
  });

  it('checks the environment when it is given no file', async () => {
    const right = testWorld({ DOCKER_HOST: 'unix:///tmp/d.sock', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:4318' });
    assert.equal(await right.program('check'), 0);
    assert.equal(
      right.stdout.text,
      'environment: OK, reads unix:///tmp/d.sock and sends to http://me:4318/v1/logs (OTLP, http/protobuf), http://me:4318/v1/traces (OTLP, http/protobuf), http://me:4318/v1/metrics (OTLP, http/protobuf)\n',
    );
    const wrong = testWorld({ OTEL_EXPORTER_OTLP_ENDPOINT: 'me:4318' });
    assert.equal(await wrong.program('check'), 2);
    assert.match(wrong.stderr.text, /^OTEL_EXPORTER_OTLP_ENDPOINT: expected .*\nenvironment: 1 problem\n$/);
  });

  it('checks the file that the environment names when it is given none', async () => {
    const file = await folder.file('named.yaml', 'exporters: {console: }\n');
    const world = testWorld({ DOCKER_EVENTS_OTEL_CONFIG: file, DOCKER_HOST: 'unix:///tmp/d.sock' });
    assert.equal(await world.program('check'), 0);
    assert.equal(world.stdout.text, `${file}: OK, reads unix:///tmp/d.sock and sends to this output (JSON lines)\n`);
  });

  it('tells a file that cannot be read', async () => {
    const world = testWorld();
    assert.equal(await world.program('check', '/nonexistent.yaml', folder.path), 2);
    assert.deepEqual(world.stderr.lines, [
      '/nonexistent.yaml: there is no such file. Check the path; a relative one begins at the folder that the command is started in.',
      '/nonexistent.yaml: 1 problem',
      `${folder.path}: this is a folder, and a file is expected.`,
      `${folder.path}: 1 problem`,
    ]);
  });

  it('shows no secret of a file', async () => {
    const file = await folder.file(
      'secret.yaml',
      'exporters:\n  otlp_http:\n    endpoint: https://user:hunter2@me\n    headers: {authorization: {token: hunter3}}\n',
    );
    const world = testWorld();
    assert.equal(await world.program('check', file), 2);
    assert.doesNotMatch(world.stderr.text, /hunter/);
  });
});
