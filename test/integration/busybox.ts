/** The only program in the containers of the tests. Nothing is pulled: it is the machine's own, and must be static. */
import { existsSync, readFileSync } from 'node:fs';

const PATH = '/bin/busybox';
const INSTALL = 'Debian: apt-get install busybox-static';

/** Undefined when it can be used. */
export function whyNoBusybox(): string | undefined {
  if (!existsSync(PATH)) return `there is no ${PATH} to run in containers (${INSTALL})`;
  if (isDynamic(readBusybox())) return `${PATH} needs libraries, which containers do not have (${INSTALL})`;
  return undefined;
}

export function readBusybox(): Buffer {
  return readFileSync(PATH);
}

/** Whether a program header of this 64-bit ELF file (little-endian) names an interpreter (PT_INTERP). */
function isDynamic(elf: Buffer): boolean {
  const offset = Number(elf.readBigUInt64LE(32));
  const [size, count] = [elf.readUInt16LE(54), elf.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => elf.readUInt32LE(offset + index * size)).includes(3);
}
