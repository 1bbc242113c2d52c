/** Secrets where they really stand, and what only looks like one: what leaves of them, in every view. */
import assert from 'node:assert/strict';
import { schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { createSpanMapper, SPAN_NAMES } from '../../src/mapping/span.ts';
import type { EventEntry, SpanName } from '../../src/model/entry.ts';
import { redactSchema } from '../../src/processing/config.ts';
import { createRedactor, type Redact } from '../../src/processing/redact.ts';
import { maskText } from '../../src/runtime/mask.ts';
import { INNOCENT, LEAKS, pieceIn } from '../support/secrets.ts';
import { spanOf } from '../support/spans.ts';

const views = (['otel', 'falco', 'logtail'] as const).map((view) => [view] as const);
const mappers = [...views, views.flat()].map((chosen) =>
  createMapper({ views: [...chosen], ignore_attributes: false, service_name: 'x', resource_attributes: {} }),
);

const mapSpan = createSpanMapper(schema.parse({}));

/** Every byte that leaves of an event, and of spans that it ended. */
function written(entry: EventEntry, redact: Redact): string {
  return [...mappers.map((map) => JSON.stringify(map(redact(entry)))), spansOf(entry, redact)].join('\n');
}

const SPANS = Object.keys(SPAN_NAMES) as readonly SpanName[];

function spansOf(about: EventEntry, redact: Redact): string {
  const { actorId, attributes } = about.event;
  const trace = { of: 'container', id: actorId, start: [1, 2] } as const;
  const spans = SPANS.map((name) => spanOf({ about, name, trace, own: attributes.get('execID'), failure: 'failed' }));
  const command = /^exec_\w+: (.*)$/s.exec(about.event.action)?.[1] ?? about.context.execCommand;
  const exec = { id: attributes.get('execID'), command, isProbe: false };
  if (command !== undefined) spans.push(spanOf({ name: 'exec', trace, own: exec.id, failure: 'not_started', exec }));
  return spans.map((span) => JSON.stringify(mapSpan(redact(span)))).join('\n');
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
        const text = written(entry, redact);
        for (const secret of secrets) {
          assert.equal(pieceIn(text, secret), undefined, `${mode}: ${mappers[0]?.(redact(entry)).body} ${text}`);
        }
      }
      const masked = maskText(line, 100_000);
      for (const secret of secrets) assert.equal(pieceIn(masked, secret), undefined, `our own log: ${masked}`);
    });
  }

  it('and most of them would leave with a span, too', () => {
    const open = createRedactor(redactSchema.parse({ enabled: false }));
    const leaving = LEAKS.filter(({ entry, secrets }) =>
      secrets.some((secret) => pieceIn(spansOf(entry, open), secret) !== undefined),
    );
    assert.ok(leaving.length > LEAKS.length * 0.9, `${leaving.length} of ${LEAKS.length}`);
  });

  it('and each of them would leave without redaction', () => {
    const open = createRedactor(redactSchema.parse({ enabled: false }));
    const hidden = LEAKS.filter(({ entry, secrets }) =>
      secrets.every((secret) => pieceIn(written(entry, open), secret) === undefined),
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
      assert.equal(
        written(entry, redact),
        written(entry, (same) => same),
      );
    });
  }
});
