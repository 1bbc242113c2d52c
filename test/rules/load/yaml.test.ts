import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ruleProblemText } from '../../../src/rules/load/problem.ts';
import { type Node, readYaml, type ScalarNode } from '../../../src/rules/load/yaml.ts';

function read(text: string): readonly Node[] {
  const { documents, problems } = readYaml('f', text);
  assert.deepEqual(problems.map(ruleProblemText), []);
  return documents;
}

function onlyScalar(text: string): ScalarNode {
  const [document] = read(text);
  assert.ok(document?.kind === 'list');
  const [scalar] = document.items;
  assert.ok(scalar?.kind === 'scalar');
  return scalar;
}

function texts(node: Node | undefined): unknown {
  if (node === undefined || node.kind === 'scalar') return node?.text;
  if (node.kind === 'list') return node.items.map(texts);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, texts(value)]));
}

describe('a rules file as YAML', () => {
  it('keeps plain values as they were written', () => {
    const [document] = read('[0x1f, 1.0, on, "null", null, ~, 2001-01-01, "", 010]');
    const expected = ['0x1f', '1.0', 'on', 'null', undefined, undefined, '2001-01-01', '', '010'];
    assert.deepEqual(texts(document), expected);
  });

  it('may have several documents, of which empty ones are left out', () => {
    assert.deepEqual(read('---\n- a\n---\n---\n# b\n---\n{c: d}\n').map(texts), [['a'], { c: 'd' }]);
  });

  it('may use anchors, of which the last above counts', () => {
    assert.deepEqual(read('- &x a\n- *x\n- &x {b: c}\n- *x\n').map(texts), [['a', 'a', { b: 'c' }, { b: 'c' }]]);
  });

  it('takes a merge key for a key like others, as Falco does', () => {
    assert.deepEqual(read('- &x {a: b}\n- {<<: *x}\n').map(texts), [[{ a: 'b' }, { '<<': { a: 'b' } }]]);
  });

  it('tells a key that stands twice, and the first counts', () => {
    const { documents, warnings } = readYaml('f', '- a: 1\n  b: 2\n  a: 3\n');
    assert.deepEqual(documents.map(texts), [[{ a: '1', b: '2' }]]);
    assert.deepEqual(warnings.map(ruleProblemText), [
      'f:3:3: The key "a" stands here for a second time; the one in line 1 counts.',
    ]);
  });

  it('may begin with a byte order mark, and end its lines as Windows does', () => {
    assert.deepEqual(read('\ufeff- a: b\r\n  c: |\r\n    d\r\n    e\r\n').map(texts), [[{ a: 'b', c: 'd\ne\n' }]]);
  });

  it('has no way to a prototype', () => {
    const [document] = read('{__proto__: {a: b}, constructor: c}');
    assert.ok(document?.kind === 'map');
    assert.deepEqual([...document.entries.keys()], ['__proto__', 'constructor']);
  });

  const places: readonly (readonly [string, string, string, string])[] = [
    ['a plain value', '- a b c', 'c', '1:7'],
    ['a plain value of several lines', '- a b\n\n  c d\n  e\n', 'd', '3:5'],
    ['a value in quotes', '- "a b"', 'b', '1:6'],
    ['a value in quotes over lines', "- 'a\n   b'", 'b', '2:4'],
    ['a block', '- |\n  a\n    b\n', 'b', '3:5'],
    ['a folded block', '- >-   # c\n\n    a\n    b c\n\n    d\n', 'c', '4:7'],
    ['a block with a carriage return', '- |\r\n  a\r\n  b\r\n', 'b', '3:3'],
    ['a value with an anchor', '- &x\n  a b', 'b', '2:5'],
    ['a value with escapes, which stands at its beginning', '- "a\\tb"', 'b', '1:3'],
    ['a value with quotes twice, which stands at its beginning', "- 'it''s b'", 'b', '1:3'],
  ];
  for (const [title, text, char, expected] of places) {
    it(`knows where a character is in ${title}`, () => {
      const scalar = onlyScalar(text);
      const { line, column } = scalar.placeAt(scalar.text?.indexOf(char) ?? 0);
      assert.equal(`${line}:${column}`, expected);
    });
  }

  it('knows where the end of a value is', () => {
    const { line, column } = onlyScalar('- |\n  a\n  bc  \n\n- d\n').placeAt(99);
    assert.equal(`${line}:${column}`, '3:5');
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['is no YAML', '- a\nb: c\n', /^f:2:1: Expected YAML, got what is none: /],
    ['has an alias without an anchor', '- *a\n', /^f:1:3: Expected (an anchor &a further up, got none|YAML)/],
    [
      'is too large',
      '#'.repeat(1024 * 1024 + 1),
      /^f:1:1: Expected at most 1048576 bytes, got 1048577: split the file/,
    ],
    [
      'is too deep',
      '['.repeat(51) + ']'.repeat(51),
      /Expected at most 200000 values, at most 50 deep; this unfolds into more/,
    ],
    ['would fill the stack', '['.repeat(20_000), /this unfolds into more/],
    ['holds itself', '&a [*a]', /this unfolds into more/],
    [
      'unfolds into billions',
      Array.from(
        { length: 12 },
        (_, at) =>
          `a${at}: &a${at} [${
            at === 0
              ? 'x'
              : Array(9)
                  .fill(`*a${at - 1}`)
                  .join(',')
          }]\n`,
      ).join(''),
      /this unfolds into more/,
    ],
  ];
  for (const [title, text, expected] of refused) {
    it(`is refused when it ${title}`, () => {
      const { documents, problems } = readYaml('f', text);
      assert.deepEqual(documents, []);
      assert.match(problems.map(ruleProblemText).join('\n'), expected);
    });
  }

  it('goes on with the next document after one that is none', () => {
    const { documents, problems } = readYaml('f', '- [\n---\n- a\n');
    assert.deepEqual([documents.map(texts), problems.length], [[['a']], 1]);
  });

  it('never fails, whatever it is', () => {
    const piece = fc.constantFrom(
      '- ',
      'a',
      ': ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '&a ',
      '*a',
      '!!x ',
      '|',
      '>',
      '---\n',
      '#',
      '\t',
      '\r',
      ',',
      '? ',
      '%',
      '\0',
      '\ud800',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { documents, problems, warnings } = readYaml('f', pieces.join(''));
        for (const problem of [...problems, ...warnings]) assert.match(ruleProblemText(problem), /^f:\d+:\d+: /);
        for (const document of documents) if (document.kind === 'scalar') document.placeAt(1);
      }),
      { numRuns: 500 },
    );
  });
});
