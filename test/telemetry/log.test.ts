import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Happening, Level } from '../../src/model/telemetry.ts';
import type { LogOptions } from '../../src/telemetry/config.ts';
import { createLog, teed } from '../../src/telemetry/log.ts';
import { FakeClock } from '../support/fake-clock.ts';

const WAITING: Happening = {
  name: 'receiver.waiting',
  level: 'warn',
  message: 'No events for now, the next try is in 250 ms.',
  fields: { endpoint: 'unix:///var/run/docker.sock', retry_ms: 250, code: undefined },
};

const ESC = String.fromCharCode(27);

/** A destination that keeps what it is given. */
class Kept extends EventEmitter {
  text = '';

  write(text: string): void {
    this.text += text;
  }
}

function logTo(destination: Kept, options: Partial<LogOptions> = {}, isTerminal = false) {
  return createLog({ level: 'info', format: 'auto', ...options, destination, isTerminal, clock: new FakeClock() });
}

function written(happening: Happening, options: Partial<LogOptions> = {}, isTerminal = false): string {
  const kept = new Kept();
  logTo(kept, options, isTerminal).write(happening);
  return kept.text;
}

describe('the log', () => {
  it('writes one JSON object a line, with the fields of the happening', () => {
    assert.equal(
      written(WAITING),
      '{"level":"warn","time":"2026-11-21T12:00:00.000Z","name":"receiver.waiting","endpoint":"unix:///var/run/docker.sock","retry_ms":250,"message":"No events for now, the next try is in 250 ms."}\n',
    );
  });

  it('writes a line for people on a terminal', () => {
    assert.equal(written(WAITING, {}, true), '12:00:00.000 WARN  No events for now, the next try is in 250 ms.\n');
  });

  const formats: readonly (readonly [LogOptions['format'], boolean, 'json' | 'text'])[] = [
    ['auto', false, 'json'],
    ['auto', true, 'text'],
    ['json', true, 'json'],
    ['text', false, 'text'],
  ];
  for (const [format, isTerminal, expected] of formats) {
    it(`is ${expected} with format ${format} ${isTerminal ? 'on a terminal' : 'elsewhere'}`, () => {
      assert.equal(written(WAITING, { format }, isTerminal).startsWith('{') ? 'json' : 'text', expected);
    });
  }

  const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];
  for (const [rank, level] of levels.entries()) {
    it(`writes what is ${level} or above with level ${level}`, () => {
      const log = logTo(new Kept(), { level });
      assert.deepEqual(
        levels.filter((asked) => log.wants(asked)),
        levels.slice(rank),
      );
      for (const asked of levels) {
        assert.equal(written({ ...WAITING, level: asked }, { level }) !== '', log.wants(asked), asked);
      }
    });
  }

  for (const format of ['json', 'text'] as const) {
    it(`lets no sentence forge a line or steer a terminal (${format})`, () => {
      const forged = `gone\n12:00:00.000 ERROR all is lost${ESC}[2J`;
      const text = written({ ...WAITING, message: forged, fields: { endpoint: forged } }, { format });
      assert.equal(text.split('\n').length, 2);
      assert.ok(!text.includes(ESC));
      assert.match(text, /gone\\+u000a12:00/);
    });
  }

  it('ends quietly when nobody reads it any more', () => {
    const kept = new Kept();
    const log = logTo(kept);
    kept.emit('error', new Error('EPIPE'));
    log.write(WAITING);
    assert.equal(kept.text, '');
  });

  it('goes somewhere else besides, line for line, also when nobody reads the first any more', () => {
    const kept = new Kept();
    const also: Happening[] = [];
    const log = teed(logTo(kept), (happening) => also.push(happening));
    log.write(WAITING);
    log.write({ ...WAITING, level: 'debug' });
    assert.equal(kept.text.split('\n').length, 2);
    assert.deepEqual(also, [WAITING]);
    assert.equal(log.wants('debug'), false);
    kept.emit('error', new Error('EPIPE'));
    log.write(WAITING);
    assert.equal(also.length, 2);
  });
});
