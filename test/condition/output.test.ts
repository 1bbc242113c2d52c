import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Field, FieldType, FieldValue } from '../../src/condition/field.ts';
import { FIELDS } from '../../src/condition/fields.ts';
import { compileOutput, OUTPUT_MAX, WIDTH_MAX } from '../../src/condition/output.ts';
import type { Entry } from '../../src/model/entry.ts';
import { alertOf } from '../support/alerts.ts';
import { anyEntry } from '../support/arbitrary-events.ts';
import { GAP } from '../support/entries.ts';
import { entryOf, eventLine } from '../support/events.ts';

const DIE = entryOf(
  eventLine({
    action: 'die',
    id: 'c9',
    attributes: {
      name: 'web',
      image: 'shop:1',
      exitCode: '137',
      tier: 'gold',
      'my key': 'x y',
      forged: 'a\n12:00:00 Critical \u001b[31mall is well\u202e',
      wide: '\u{1f433}\u{1f433}\u{1f433}',
    },
  }),
);

function format(text: string, entry: Entry = DIE): string {
  const compiled = compileOutput(text, FIELDS);
  assert.ok(compiled.ok, JSON.stringify(compiled));
  return compiled.value(entry);
}

const FORMATTED: readonly (readonly [text: string, expected: string])[] = [
  ['no field at all', 'no field at all'],
  ['start %docker.type end', 'start container end'],
  ['%docker.type', 'container'],
  ['%docker.type%docker.action', 'containerdie'],
  ['(%docker.type)[%docker.action]', '(container)[die]'],
  // What is longest and is a field.
  ['%docker.typed', 'containerd'],
  ['start%docker.typeand%docker.actionend', 'startcontaineranddieend'],
  ['%docker.swarm.taskid|%docker.swarm.task.name.', '|<NA>.'],
  ['%docker.exit.code.', '137.'],
  ['%docker.type.x', 'container.x'],
  // What stands in brackets.
  ['%docker.label[tier]', 'gold'],
  ['%docker.label["my key"]!', 'x y!'],
  ["%docker.label['my key']!", 'x y!'],
  ['%docker.label[nothing]', '<NA>'],
  ['%docker.type[0]', 'container[0]'],
  ['%docker.type[not closed', 'container[not closed'],
  // Transformers.
  ['%toupper(docker.type) %len(docker.action)', 'CONTAINER 3'],
  ['%toupper(docker.label[tier])', 'GOLD'],
  ['%tolower(toupper(docker.type))x', 'containerx'],
  ['%toupper(docker.container.old_name)', '<NA>'],
  // Widths.
  ['start %2docker.type end', 'start co end'],
  ['start %12docker.type end', 'start container    end'],
  ['%9docker.type|', 'container|'],
  ['%0docker.type|', 'container|'],
  ['%007docker.type|', 'contain|'],
  ['%6docker.container.old_name|', '<NA>  |'],
  ['%2docker.container.old_name|', '<N|'],
  ['%5toupper(docker.type)|', 'CONTA|'],
  ['%4docker.label[wide]|', '\u{1f433}\u{1f433}\u{1f433} |'],
  ['%2docker.label[wide]|', '\u{1f433}\u{1f433}|'],
  // A star in front.
  ['*%docker.type', 'container'],
  ['**%docker.type', '*container'],
  ['*', ''],
  // Values that are not texts.
  ['%docker.exit.code', '137'],
  ['%docker.event.synthetic', 'false'],
  ['%docker.exit.intended', '<NA>'],
  // Empty is not missing.
  ['<%docker.from> <%docker.stack.namespace>', '<shop:1> <>'],
  // Nobody but the author ends a line.
  ['%docker.label[forged]', 'a\\u000a12:00:00 Critical \\u001b[31mall is well\\u202e'],
  ['two\nlines of %docker.type', 'two\nlines of container'],
];

const REFUSED: readonly (readonly [text: string, at: number, message: RegExp, near?: string])[] = [
  ['', 0, /empty/],
  ['ends with %', 10, /^Expected a field after "%", got the end\. A "%" cannot be printed\.$/],
  ['%docker.type %', 13, /got the end/],
  ['ends with %12', 10, /^Expected a field after "%12", got the end/],
  ['100%% sure', 4, /^Expected a field after "%", got "%.*"\. A "%" cannot be printed\.$/],
  ['% docker.type', 1, /^Expected a field after "%"/],
  ['start %some.field end', 7, /^There is no field some\.field\.$/],
  ['*%some.field', 2, /^There is no field some\.field\.$/],
  ['%a end', 1, /a field or a transformer/],
  ['%docker.container.nam is gone', 1, /^There is no field docker\.container\.nam\.$/, 'docker.container.name'],
  ['%docker.label is missing', 1, /^docker\.label needs a key in brackets/],
  ['%docker.label[ tier]', 14, /brackets/],
  ['%toloewr(docker.type)', 1, /transformers/, 'tolower'],
  ['%tolower(docker.typo)', 9, /^There is no field docker\.typo\.$/, 'docker.type'],
  ['%tolower(docker.type', 20, /\)/],
  [`%${WIDTH_MAX + 1}docker.type`, 1, /^Expected a width of at most 1024 characters, got 1025\.$/],
  ['%9999999999999999999docker.type', 1, /^Expected a width of at most 1024/],
  [
    `%docker.type ${'x'.repeat(OUTPUT_MAX)}`,
    OUTPUT_MAX,
    /^Expected at most 16384 characters in an output, got 16397\.$/,
  ],
];

/** Fields that give the same whatever they are asked of. */
function always(values: Readonly<Record<string, readonly [FieldType, FieldValue]>>) {
  const all = Object.entries(values).map(
    ([name, [type, value]]): Field => ({
      ...{ name, type, argument: 'none', source: 'own', meaning: '', example: '' },
      read: () => value,
    }),
  );
  return { all, named: (name: string) => all.find((field) => field.name === name) };
}

describe('compileOutput', () => {
  for (const [text, expected] of FORMATTED) {
    it(`formats ${JSON.stringify(text)}`, () => assert.equal(format(text), expected));
  }

  for (const [text, at, message, near] of REFUSED) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      const compiled = compileOutput(text, FIELDS);
      assert.ok(!compiled.ok);
      assert.equal(compiled.problem.length, 1, JSON.stringify(compiled.problem));
      const [problem] = compiled.problem;
      assert.match(problem?.message ?? '', message);
      assert.deepEqual([problem?.at, problem?.near], [at, near]);
    });
  }

  it('tells of all that is wrong, in the order of the text', () => {
    const compiled = compileOutput('%docker.nothing and %docker.type and %docker.neither and %', FIELDS);
    assert.ok(!compiled.ok);
    assert.deepEqual(
      compiled.problem.map(({ at }) => at),
      [1, 38, 57],
    );
  });

  it('prints a list in parentheses, and one with nothing in it as missing', () => {
    const fields = always({ 'a.list': ['texts', ['x', 'y\n']], 'an.empty': ['texts', []] });
    const compiled = compileOutput('%a.list %an.empty', fields);
    assert.ok(compiled.ok);
    assert.equal(compiled.value(DIE), '(x,y\\u000a) <NA>');
  });

  it('prints true and false, and every digit of a number', () => {
    const fields = always({ 'a.yes': ['boolean', true], 'a.large': ['number', Number.MAX_SAFE_INTEGER] });
    const compiled = compileOutput('%a.yes %a.large', fields);
    assert.ok(compiled.ok);
    assert.equal(compiled.value(DIE), 'true 9007199254740991');
  });

  it('formats an alert as what it is about, and a gap', () => {
    assert.equal(
      format('%docker.record: %docker.type at %evt.time.s', alertOf({ about: DIE })),
      'alert: container at 12:00:00',
    );
    assert.equal(format('%docker.gap.reason %docker.type', GAP), 'ring_overrun <NA>');
  });

  it('formats the example of the plugin as Falco prints it', () => {
    const text =
      'status=%docker.status from=%docker.from type=%docker.type action=%docker.action name=%docker.attributes.name';
    assert.equal(format(text), 'status=die from=shop:1 type=container action=die name=web');
  });

  it('never throws: it refuses, or formats any entry in one line', () => {
    const piece = fc.oneof(
      fc.constantFrom('%', '*', '12', '[', ']', '(', ')', '"', 'docker.type', '%docker.label[tier]', '%evt.time', ' '),
      fc.constantFrom('%tolower(', '%toupper(docker.action)', '%4docker.exit.code', '%docker.exit.reasons', ','),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), anyEntry, (pieces, entry) => {
        const compiled = compileOutput(pieces.join(''), FIELDS);
        if (compiled.ok) assert.equal(typeof compiled.value(entry), 'string');
        else assert.ok(compiled.problem.length > 0);
      }),
    );
  });

  it('prints no value with a control character in it, whatever the field', () => {
    const needsKey = (field: Field) => (field.argument === 'needed' ? `%${field.name}[name]` : `%${field.name}`);
    const compiled = compileOutput(FIELDS.all.map(needsKey).join(' '), FIELDS);
    assert.ok(compiled.ok);
    fc.assert(
      fc.property(anyEntry, (entry) => {
        assert.doesNotMatch(compiled.value(entry), /[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
      }),
    );
  });

  it('is answered soon, however hostile the text', () => {
    const repeated = ['%tolower(', '%docker.label["', '%', '%1', '%concat("a",', '%docker.'];
    const texts = repeated.map((part) => part.repeat(Math.floor(OUTPUT_MAX / part.length)));
    for (const text of [...texts, `%concat(${'a.b,'.repeat(4000)}docker.type)`]) {
      const compiled = compileOutput(text, FIELDS);
      assert.ok(!compiled.ok);
      assert.ok(compiled.problem.length <= 20);
    }
  });
});
