/** From what a checked configuration says to what the filter and the attributes processor are made of. */
import type { AttributeAction, AttributeChanges } from './attributes.ts';
import { predicateOf } from './conditions.ts';
import type { AttributeActionOptions, AttributesOptions, FilterOptions } from './config.ts';
import type { FilterConditions } from './filter.ts';

export function filterConditionsOf({ include, exclude, ...others }: FilterOptions): FilterConditions {
  const included = include.map(predicateOf);
  return {
    include: included.length === 0 ? undefined : (entry) => included.some((holds) => holds(entry)),
    exclude: exclude.map(predicateOf),
    ...others,
  };
}

export function attributeChangesOf({ actions, hash_key: hashKey }: AttributesOptions): AttributeChanges {
  return { actions: actions.map(actionOf), hashKey };
}

function actionOf({ action, when, ...written }: AttributeActionOptions): AttributeAction {
  const { key = '', pattern, to = '', value, from_attribute: attribute } = written;
  const condition = { when: when === undefined ? undefined : predicateOf(when) };
  switch (action) {
    case 'insert':
    case 'update':
    case 'upsert':
      return { ...condition, action, key, from: value === undefined ? { attribute: attribute ?? '' } : { value } };
    case 'delete':
    case 'hash':
      return { ...condition, action, which: pattern === undefined ? { key } : { pattern } };
    case 'rename':
      return { ...condition, action, key, to };
  }
}
