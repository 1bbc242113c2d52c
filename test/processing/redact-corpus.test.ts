/** Secrets where they really stand, and what only looks like one: what leaves of them, in every view. */
import assert from 'node:assert/strict';
import { createMapper } from '../../src/mapping/mapper.ts';
import type { LogEntry } from '../../src/model/entry.ts';
import { redactSchema } from '../../src/processing/config.ts';
import { createRedactor } from '../../src/processing/redact.ts';
import { maskText } from '../../src/runtime/mask.ts';
import { INNOCENT, LEAKS, pieceIn } from '../support/secrets.ts';

const views = (['otel', 'falco', 'logtail'] as const).map((view) => [view] as const);
const mappers = [...views, views.flat()].map((chosen) =>
  createMapper({ views: [...chosen], ignore_attributes: false, service_name: 'x', resource_attributes: {} }),
);

/** Every byte that leaves. */
function written(entry: LogEntry): string {
  return mappers.map((map) => JSON.stringify(map(entry))).join('\n');
}

const HASH_KEY = 'x'.repeat(32);

describe('nothing of a secret leaves', () => {
  const redactors = {
    mask: createRedactor(redactSchema.parse({})),
    hash: createRedactor(redactSchema.parse({ mode: 'hash', hash_key: HASH_KEY })),
    drop: createRedactor(redactSchema.parse({ mode: 'drop' })),
  };

  for (const { title, entry, line, secrets } of LEAKS) {
    it(title, () => {
      assert.ok(secrets.length > 0, 'a case without a secret proves nothing');
      for (const [mode, redact] of Object.entries(redactors)) {
        const text = written(redact(entry));
        for (const secret of secrets) {
          assert.equal(pieceIn(text, secret), undefined, `${mode}: ${mappers[0]?.(redact(entry)).body} ${text}`);
        }
      }
      const masked = maskText(line, 100_000);
      for (const secret of secrets) assert.equal(pieceIn(masked, secret), undefined, `our own log: ${masked}`);
    });
  }

  it('and each of them would leave without redaction', () => {
    const open = createRedactor(redactSchema.parse({ enabled: false }));
    const hidden = LEAKS.filter(({ entry, secrets }) =>
      secrets.every((secret) => pieceIn(written(open(entry)), secret) === undefined),
    );
    assert.deepEqual(
      hidden.map(({ title }) => title),
      [],
    );
  });
});

describe('what is no secret stays to the letter', () => {
  const redact = createRedactor(redactSchema.parse({}));
  for (const { title, entry } of INNOCENT) {
    it(title, () => {
      const redacted = redact(entry);
      assert.deepEqual(redacted, { ...entry, raw: '' });
      assert.equal(written(redacted), written(entry));
    });
  }
});
