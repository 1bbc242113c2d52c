/**
 * Bytes that were read and not handed on yet, in their order.
 *
 * In blocks, so that they are copied once however many there are, and one block is handed on at a time. Blocks that were
 * emptied are used again: at full speed a new one for each reading would be garbage that the collector has to find.
 */
export class Backlog {
  readonly #blockSize: number;
  #blocks: Block[] = [];
  #spare: Block | undefined;
  #length = 0;

  /** @param blockSize how many bytes are handed on at a time, at most */
  constructor(blockSize: number) {
    this.#blockSize = blockSize;
  }

  /** How many bytes wait. */
  get length(): number {
    return this.#length;
  }

  /** Copies them. */
  add(bytes: Buffer): void {
    let from = 0;
    while (from < bytes.length) {
      const block = this.#blockWithRoom();
      const copied = bytes.copy(block.buffer, block.end, from);
      block.end += copied;
      from += copied;
    }
    this.#length += bytes.length;
  }

  /** The oldest bytes, undefined where none wait. They are good until `add` or `take` is called again. */
  take(): Buffer | undefined {
    const block = this.#blocks.shift();
    if (block === undefined) return undefined;
    this.#length -= block.end;
    this.#spare = block;
    return block.buffer.subarray(0, block.end);
  }

  #blockWithRoom(): Block {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.end < this.#blockSize) return last;
    const block = this.#spare ?? { buffer: Buffer.allocUnsafeSlow(this.#blockSize), end: 0 };
    this.#spare = undefined;
    block.end = 0;
    this.#blocks.push(block);
    return block;
  }
}

interface Block {
  readonly buffer: Buffer;
  end: number;
}
