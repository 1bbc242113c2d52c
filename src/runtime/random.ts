/** The door to chance. Tests pass a seeded source. */
import { randomBytes } from 'node:crypto';

export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number;
  /** `bytes` random bytes as lower-case hex. */
  hex(bytes: number): string;
}

export const systemRandom: Random = {
  fraction: () => Math.random(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
};
