/**
 * The places where records wait as bytes, used again when all in them were given back.
 *
 *   taken by a writer ──hold──► parts are held ──left by the writer, last part given back──► free ──► taken …
 *
 * At full speed 40 MB of records are written each second. Left to the garbage collector, which does not look at what lies
 * outside its heap until there is 64 MiB of it, the slabs of a second would wait to be freed.
 *
 * Whoever gives a part back must be sure that nobody reads it any more, a socket that is still sending it included.
 */

/** Large enough for 250 ordinary records; small enough that the last one in a slab keeps little. */
export const SLAB_BYTES = 262_144;

/** What is kept free: as much as is on its way at a time with the usual batches. */
const FREE_MAX = 32;

export class Slab {
  readonly bytes: Buffer;
  #held = 0;
  /** No writer adds to it any more. */
  #isLeft = false;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  get isFree(): boolean {
    return this.#isLeft && this.#held === 0;
  }

  hold(): void {
    this.#held += 1;
  }

  /** @throws when more is given back than was held: what is held by others could be written over */
  giveBack(): void {
    if (this.#held === 0) throw new Error('a part of a slab was given back twice');
    this.#held -= 1;
  }

  leave(): void {
    this.#isLeft = true;
  }

  take(): void {
    this.#isLeft = false;
  }
}

export class SlabPool {
  readonly #free: Slab[] = [];

  /** A slab with room for `bytes` at least, with nothing in it. */
  take(bytes: number): Slab {
    if (bytes > SLAB_BYTES) return new Slab(bytes);
    const slab = this.#free.pop() ?? new Slab(SLAB_BYTES);
    slab.take();
    return slab;
  }

  /** The writer goes on in another. */
  leave(slab: Slab): void {
    slab.leave();
    this.#keep(slab);
  }

  /** A part is needed no more. Each is given back once. */
  giveBack(slab: Slab): void {
    slab.giveBack();
    this.#keep(slab);
  }

  #keep(slab: Slab): void {
    // One that was made for a huge record is not kept for ordinary ones.
    if (slab.isFree && slab.bytes.length === SLAB_BYTES && this.#free.length < FREE_MAX) this.#free.push(slab);
  }
}
