/** The smallest tar archive that an engine imports: files and symbolic links. */

export interface TarFile {
  readonly path: string;
  readonly content?: Buffer;
  /** Makes a symbolic link to this path instead of a file. */
  readonly linkTo?: string;
}

const BLOCK = 512;

export function tarOf(files: readonly TarFile[]): Buffer {
  const blocks = files.flatMap(({ path, content = Buffer.alloc(0), linkTo }) => [
    headerOf(path, content.length, linkTo),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function headerOf(path: string, size: number, linkTo: string | undefined): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number) =>
    header.write(value.toString(8).padStart(digits, '0'), at);
  header.write(path, 0);
  octal(0o755, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  header.write('        ', 148);
  header.write(linkTo === undefined ? '0' : '2', 156);
  if (linkTo !== undefined) header.write(linkTo, 157);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
