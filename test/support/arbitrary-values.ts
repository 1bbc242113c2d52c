/** What may stand in OTLP, for property tests: texts of every length and alphabet, values of every kind, exact times. */
import fc from 'fast-check';

export const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .constantFrom(41, 42, 43, 126, 127, 128, 129, 16_383, 16_384, 70_000)
    .chain((length) => fc.constantFrom('a', 'é', '€', '😀', '\ud800').map((character) => character.repeat(length))),
);

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    anyText,
    fc.boolean(),
    fc.maxSafeInteger(),
    // The SDK writes a whole number beyond 2^53 as an integer that a double does not hold exactly; ours stays a double.
    fc.double({ noNaN: true }).filter((number) => !Number.isInteger(number) || Number.isSafeInteger(number)),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie('value'), { maxKeys: 3 }),
  ),
}));

/** As the SDK has time; up to the largest that 63 bits of nanoseconds hold. */
export const anyTime: fc.Arbitrary<[number, number]> = fc.tuple(
  fc.integer({ min: 0, max: 9_223_372_036 }),
  fc.integer({ min: 0, max: 854_775_807 }),
);

export const anyAttributes = fc.dictionary(fc.string({ minLength: 1, maxLength: 60 }), value, { maxKeys: 6 });
