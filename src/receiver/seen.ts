/**
 * The identities of the events that were read last, so that a replay repeats nothing.
 *
 * An engine replays its last 256 events on every connect. Those that were read before are among the last events read,
 * give or take the few that concurrent publishers swapped, so a thousand would do for that. The rest is for the audit, which
 * asks a second later whether an event has come, and for Podman, which replays its journal from two seconds before the
 * last event: on a host that makes more than `capacity` events in that time, some would be told twice, with equal uid.
 *
 * Two generations, of which the older is forgotten as a whole: the last `capacity` are known for certain, up to as many
 * before them too. As bits and not as text: at full speed ten thousand strings a second would live just long enough to be
 * moved to where only a full garbage collection finds them (measured: 50 MiB).
 */
export class SeenSet {
  readonly capacity: number;
  #newer: Generation;
  #older: Generation;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#newer = new Generation(capacity);
    this.#older = new Generation(capacity);
  }

  has(uid: string): boolean {
    readWords(uid);
    return this.#newer.has() || this.#older.has();
  }

  /** True when `uid` is new; it is then remembered. */
  add(uid: string): boolean {
    if (this.has(uid)) return false;
    if (this.#newer.size >= this.capacity) {
      const forgotten = this.#older;
      forgotten.clear();
      this.#older = this.#newer;
      this.#newer = forgotten;
    }
    this.#newer.add();
    return true;
  }
}

const UID_LENGTH = 32;

/** The four 32-bit words of the uid that was looked at last. */
const words = new Int32Array(4);

/** A uid is 128 bits in hexadecimal digits; any other text is taken by a hash of as many bits. */
function readWords(uid: string): void {
  const isUid = uid.length === UID_LENGTH;
  for (let word = 0; word < 4; word += 1) {
    words[word] = isUid ? digits(uid, word * 8) : hash(uid, word);
  }
}

function digits(uid: string, from: number): number {
  let value = 0;
  for (let at = from; at < from + 8; at += 1) {
    const code = uid.charCodeAt(at);
    value = (value << 4) | ((code <= 0x39 ? code : code + 9) & 15);
  }
  return value;
}

function hash(text: string, seed: number): number {
  let value = (text.length + 1) * (seed + 1);
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 16_777_619 + 2 * seed);
  return value;
}

/** Identities by open addressing, half of the places empty at most: nothing in it is for the garbage collector to follow. */
class Generation {
  readonly #mask: number;
  readonly #words: Int32Array;
  readonly #taken: Uint8Array;
  size = 0;

  constructor(capacity: number) {
    const places = 2 ** Math.ceil(Math.log2(Math.max(1, capacity) * 2));
    this.#mask = places - 1;
    this.#words = new Int32Array(places * 4);
    this.#taken = new Uint8Array(places);
  }

  /** Whether `words` are in it. */
  has(): boolean {
    return this.#taken[this.#placeOf()] === 1;
  }

  /** Takes `words` in. */
  add(): void {
    const place = this.#placeOf();
    this.#taken[place] = 1;
    this.#words.set(words, place * 4);
    this.size += 1;
  }

  clear(): void {
    this.#taken.fill(0);
    this.size = 0;
  }

  /** Where they are, or else the empty place where they would be. */
  #placeOf(): number {
    let place = (words[0] ?? 0) & this.#mask;
    while (this.#taken[place] === 1 && !this.#isAt(place)) place = (place + 1) & this.#mask;
    return place;
  }

  #isAt(place: number): boolean {
    const kept = this.#words;
    const at = place * 4;
    return kept[at] === words[0] && kept[at + 1] === words[1] && kept[at + 2] === words[2] && kept[at + 3] === words[3];
  }
}
