/** Attributes of the records that tell that a rule has matched, and of the events that one has. */
import { own, semconv } from './definition.ts';

const MATCH = 'docker.rule.match';

export const RULE = {
  'security_rule.name': semconv('string', 'The rule that matched.', MATCH, 'Container crashed'),
  'security_rule.description': semconv(
    'string',
    'What the rule is for, in the words of its file.',
    `${MATCH}, where the rule has a description`,
    'A container ended with an error that nobody asked for.',
  ),
  'docker.rule.priority': own(
    'string',
    'Its priority: Emergency, Alert, Critical, Error, Warning, Notice, Informational or Debug.',
    MATCH,
    'Error',
  ),
  'docker.rule.tags': own('string[]', 'Its tags.', `${MATCH}, where the rule has tags`, ['container', 'availability']),
  'docker.rule.event_uid': own(
    'string',
    'The log.record.uid of the event or gap that it matched.',
    MATCH,
    '8f14e45fceea167a5a36dedd4bea2543',
  ),
  'docker.rule.matches': own(
    'int',
    'How many matches there were within the time that the rule asks for.',
    `${MATCH} of a rule with a threshold`,
    3,
  ),
  'docker.event.rules': own('string[]', 'The rules that this event has matched.', 'events that have', [
    'Container crashed',
  ]),
} as const;
