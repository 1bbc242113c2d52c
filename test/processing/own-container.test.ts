import assert from 'node:assert/strict';
import { isAboutContainer } from '../../src/processing/own-container.ts';
import { entryOf, eventLine, type LineParts } from '../support/events.ts';

const OWN = 'c53eae5612ea71600044591ca61839558aad82f2985854481ae2c572d386a960';
const OTHER = 'ffeae5612ea71600044591ca61839558aad82f2985854481ae2c572d386a9600';

function isOwn(parts: LineParts): boolean {
  return isAboutContainer(OWN)(entryOf(eventLine(parts)));
}

describe('an event', () => {
  it('is about a container when it is the container’s own, whatever happened', () => {
    for (const action of [
      'create',
      'start',
      'exec_create: ls',
      'health_status: healthy',
      'die',
      'destroy',
      'teleport',
    ]) {
      assert.equal(isOwn({ action, id: OWN }), true, action);
      assert.equal(isOwn({ action, id: OTHER }), false, action);
    }
  });

  it('is about a container that a network or a volume was joined with, or parted from', () => {
    for (const [type, action] of [
      ['network', 'connect'],
      ['network', 'disconnect'],
      ['volume', 'mount'],
      ['volume', 'unmount'],
    ] as const) {
      assert.equal(isOwn({ type, action, id: 'front', attributes: { container: OWN, name: 'front' } }), true, action);
      assert.equal(
        isOwn({ type, action, id: 'front', attributes: { container: OTHER, name: 'front' } }),
        false,
        action,
      );
    }
  });

  it('is not about a container whose id somebody wrote into a label', () => {
    assert.equal(isOwn({ action: 'start', id: OTHER, attributes: { container: OWN, name: OWN } }), false);
    assert.equal(isOwn({ type: 'image', action: 'tag', id: OWN, attributes: { container: OWN } }), false);
  });

  it('is not about a container of which it has the beginning of the id only', () => {
    assert.equal(isOwn({ action: 'start', id: OWN.slice(0, 12) }), false);
    assert.equal(isOwn({ action: 'prune', id: '', attributes: { reclaimed: '0' } }), false);
  });
});
