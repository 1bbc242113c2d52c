/**
 * As much of Go's text/template as the queries here use, so that a template of `line_format` and `label_format`, which no
 * parser of LogQL looks into, is read and can be tried: fields, texts, `if`, `else if`, `else`, `end`, `eq`, `or`, `__line__`.
 */

const FUNCTIONS = ['eq', 'or', '__line__'] as const;

type Expression =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: Expression }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly yes: readonly Node[];
      readonly no: readonly Node[];
    };

type Fields = Readonly<Record<string, string>>;

/** @returns what fills it in; throws where it is no template */
export function goTemplate(template: string): (fields: Fields) => string {
  const pieces = template.split(/(\{\{.*?\}\})/s).filter((piece) => piece !== '');
  const [nodes, rest] = block(pieces, false);
  if (rest.length > 0) throw new Error(`${rest[0]} belongs to no if`);
  return (fields) => render(nodes, fields);
}

/** Up to the `else` or `end` that closes it, which is left in the rest. */
function block(pieces: readonly string[], isInner: boolean): [nodes: readonly Node[], rest: readonly string[]] {
  const nodes: Node[] = [];
  let rest = pieces;
  for (;;) {
    const [piece, ...after] = rest;
    if (piece === undefined) {
      if (isInner) throw new Error('an if has no end');
      return [nodes, []];
    }
    const action = /^\{\{\s*(.*?)\s*\}\}$/s.exec(piece)?.[1];
    if (action === 'end' || action === 'else' || action?.startsWith('else ')) return [nodes, rest];
    if (action?.startsWith('if ')) {
      const [node, next] = branch(action.slice('if '.length), after);
      nodes.push(node);
      rest = next;
    } else {
      nodes.push(action === undefined ? { kind: 'text', text: piece } : { kind: 'value', value: expression(action) });
      rest = after;
    }
  }
}

function branch(condition: string, pieces: readonly string[]): [node: Node, rest: readonly string[]] {
  const [nodes, [closing = '', ...after]] = block(pieces, true);
  const [, further] = /^\{\{\s*else(?:\s+if\s+(.*?))?\s*\}\}$/s.exec(closing) ?? [];
  const node = { kind: 'if', condition: expression(condition), yes: nodes } as const;
  if (further !== undefined) {
    const [inner, rest] = branch(further, after);
    return [{ ...node, no: [inner] }, rest];
  }
  if (/^\{\{\s*else\s*\}\}$/.test(closing)) {
    const [no, [, ...rest]] = block(after, true);
    return [{ ...node, no }, rest];
  }
  return [{ ...node, no: [] }, after];
}

function expression(text: string): Expression {
  const tokens = text.match(/"[^"]*"|[()]|[^\s()]+/g) ?? [];
  const [value, rest] = sequence(tokens);
  if (rest.length > 0) throw new Error(`${text}: ${rest[0]} is too much`);
  return value;
}

/** One value, or a function and its arguments, up to a closing parenthesis. */
function sequence(tokens: readonly string[]): [value: Expression, rest: readonly string[]] {
  const name = FUNCTIONS.find((one) => one === tokens[0]);
  const args: Expression[] = [];
  let rest = name === undefined ? tokens : tokens.slice(1);
  while (rest[0] !== undefined && rest[0] !== ')') {
    const [value, next] = single(rest);
    args.push(value);
    rest = next;
  }
  if (name !== undefined) return [{ kind: 'call', name, args }, rest];
  const [first, ...more] = args;
  if (first === undefined) throw new Error('there is nothing in an action');
  if (more.length > 0) throw new Error('only a function takes arguments');
  return [first, rest];
}

function single([token = '', ...rest]: readonly string[]): [value: Expression, rest: readonly string[]] {
  if (token === '(') {
    const [value, [closing, ...after]] = sequence(rest);
    if (closing !== ')') throw new Error('a parenthesis is not closed');
    return [value, after];
  }
  if (token.startsWith('"')) return [{ kind: 'text', text: token.slice(1, -1) }, rest];
  if (/^\.\w+$/.test(token)) return [{ kind: 'field', name: token.slice(1) }, rest];
  throw new Error(`${token} is not known here`);
}

function render(nodes: readonly Node[], fields: Fields): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text;
      if (node.kind === 'value') return evaluated(node.value, fields);
      return render(evaluated(node.condition, fields) === '' ? node.no : node.yes, fields);
    })
    .join('');
}

/** What is absent is empty, and what is empty is false, as in Loki. */
function evaluated(value: Expression, fields: Fields): string {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'field') return fields[value.name] ?? '';
  const values = value.args.map((arg) => evaluated(arg, fields));
  if (value.name === '__line__') return fields['__line__'] ?? '';
  if (value.name === 'eq') return values.slice(1).includes(values[0] ?? '') ? 'true' : '';
  return values.find((one) => one !== '') ?? '';
}
