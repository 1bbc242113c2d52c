import assert from 'node:assert/strict';
import { baseAction, eventNameOf, suffixOf } from '../../src/model/event-name.ts';

describe('an action', () => {
  for (const [action, base, suffix] of [
    ['die', 'die', undefined],
    ['health_status: healthy', 'health_status', 'healthy'],
    ['exec_start: sh -c echo: hi', 'exec_start', 'sh -c echo: hi'],
    ['exec_create: ', 'exec_create', ''],
    ['die:now', 'die', undefined],
  ] as const) {
    it(`${JSON.stringify(action)} has its base and its suffix`, () => {
      assert.equal(baseAction(action), base);
      assert.equal(suffixOf(action), suffix);
    });
  }
});

describe('the name of an event', () => {
  it('is made of safe letters, whatever strangers write', () => {
    assert.equal(eventNameOf('Container', 'archive-path'), 'docker.container.archive_path');
    assert.equal(eventNameOf('', 'ü\n'), 'docker.unknown.__');
    assert.equal(eventNameOf('x'.repeat(1000), 'y').length, 'docker..y'.length + 64);
  });
});
