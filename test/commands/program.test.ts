import assert from 'node:assert/strict';
import { testWorld } from './test-world.ts';

describe('the command line', () => {
  for (const command of ['run', 'try', 'replay', 'check', 'config', 'status', 'journal', 'dead-letters']) {
    it(`tells of ${command} in the help, and in a help of its own`, async () => {
      const world = testWorld();
      assert.equal(await world.program('--help'), 0);
      assert.match(world.stdout.text, new RegExp(`\\n  ${command} `));
      const own = testWorld();
      assert.equal(await own.program(command, '--help'), 0);
      assert.match(own.stdout.text, new RegExp(`^Usage: docker-events-otel ${command} `));
      assert.equal(own.stderr.text, '');
    });
  }

  it('shows the help to whoever says nothing, and ends with 2', async () => {
    const world = testWorld();
    assert.equal(await world.program(), 2);
    assert.match(world.stderr.text, /^Usage: docker-events-otel /);
  });

  const wrong: readonly (readonly [readonly string[], string])[] = [
    [['rnu'], "error: unknown command 'rnu'\n(Did you mean run?)\nUse --help to see what can be said.\n"],
    [
      ['run', '--exprter', 'console'],
      "error: unknown option '--exprter'\n(Did you mean --exporter?)\nUse --help to see what can be said.\n",
    ],
    [
      ['dead-letters', 'resned'],
      "error: unknown command 'resned'\n(Did you mean resend?)\nUse --help to see what can be said.\n",
    ],
    [['journal', 'forget'], "error: missing required argument 'exporter'\nUse --help to see what can be said.\n"],
    [['replay'], "error: missing required argument 'file'\nUse --help to see what can be said.\n"],
    [
      ['run', '--host'],
      "error: option '-H, --host <endpoint>' argument missing\nUse --help to see what can be said.\n",
    ],
    [
      ['run', 'now'],
      "error: too many arguments for 'run'. Expected 0 arguments but got 1: now.\nUse --help to see what can be said.\n",
    ],
  ];
  for (const [args, text] of wrong) {
    it(`says what is wrong with: ${args.join(' ')}`, async () => {
      const world = testWorld();
      assert.equal(await world.program(...args), 2);
      assert.equal(world.stderr.text, text);
      assert.equal(world.stdout.text, '');
    });
  }

  for (const args of [
    ['--exporter', 'console', '--exporter', 'otlp'],
    ['--exporter', 'console,otlp'],
  ]) {
    it(`takes several exporters: ${args.join(' ')}`, async () => {
      const world = testWorld();
      assert.equal(await world.program('config', ...args), 0, world.stderr.text);
      assert.match(world.stdout.text, /exporters:\n +- console\n +- otlp_http\n/);
    });
  }
});
