/** What the registry says of one attribute. */

export type AttributeType = 'string' | 'int' | 'boolean' | 'string[]';

/** The TypeScript value of each type. An `int` is a safe integer. */
export interface ValueTypes {
  readonly string: string;
  readonly int: number;
  readonly boolean: boolean;
  readonly 'string[]': readonly string[];
}

/** `semconv` names are OpenTelemetry's; `own` names are this project's; the others belong to a compatible view. */
export type Source = 'semconv' | 'own' | 'falco' | 'logtail';

export interface Definition<Type extends AttributeType = AttributeType> {
  readonly type: Type;
  readonly source: Source;
  readonly meaning: string;
  /** When a record has it. */
  readonly present: string;
  readonly example: ValueTypes[Type];
}

type Row<Type extends AttributeType> = readonly [
  type: Type,
  meaning: string,
  present: string,
  example: ValueTypes[Type],
];

function defineFrom(source: Source) {
  return <Type extends AttributeType>(...[type, meaning, present, example]: Row<Type>): Definition<Type> => ({
    type,
    source,
    meaning,
    present,
    example,
  });
}

export const semconv = defineFrom('semconv');
export const own = defineFrom('own');
export const falco = defineFrom('falco');
export const logtail = defineFrom('logtail');
