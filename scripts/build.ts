/**
 * `npm run build`: src/ becomes dist/, one JavaScript file and its types for each source file.
 *
 * The compiler wants everything that is imported, package.json too, under one root, and would make dist/src of it. So it
 * writes into a folder of its own, and only the sources' part becomes dist/, where `../package.json` is again what it
 * was: the package's own.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const MADE = join(ROOT, '.cache/build');
const DIST = join(ROOT, 'dist');

rmSync(MADE, { recursive: true, force: true });
mkdirSync(MADE, { recursive: true });
const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
rmSync(DIST, { recursive: true, force: true });
renameSync(join(MADE, 'src'), DIST);
rmSync(MADE, { recursive: true });
chmodSync(join(DIST, 'cli.js'), 0o755);
