import assert from 'node:assert/strict';
import { aliases, schema } from '../../src/mapping/config.ts';

describe('the options of mapping', () => {
  it('have defaults for everything', () => {
    assert.deepEqual(schema.parse({}), {
      views: ['otel'],
      ignore_attributes: false,
      service_name: 'docker-events',
      resource_attributes: {},
    });
  });

  const refused: readonly (readonly [string, unknown, string])[] = [
    ['a view that does not exist', { views: ['syslog'] }, 'otel, falco or logtail'],
    ['no view at all', { views: [] }, 'at least one of otel, falco and logtail'],
    ['an empty service name', { service_name: '' }, 'a name that is not empty'],
  ];
  for (const [title, written, message] of refused) {
    it(`refuse ${title}`, () => {
      const result = schema.safeParse(written);
      assert.deepEqual(
        result.error?.issues.map((issue) => issue.message),
        [message],
      );
    });
  }

  it('refuse a key that they do not know', () => {
    assert.equal(schema.safeParse({ veiws: ['otel'] }).success, false);
  });

  it('describe every option', () => {
    for (const [key, option] of Object.entries(schema.shape)) assert.ok(option.meta()?.description, key);
  });

  it("take Logtail's name for ignore_attributes", () => {
    assert.deepEqual(aliases, { IgnoreAttributes: 'ignore_attributes' });
  });
});
