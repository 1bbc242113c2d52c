/**
 * The TLS files of an exporter, read and checked at the start: a wrong one is named then, and never passed over as the SDK
 * does. A renewed certificate is taken up at the next start.
 */
import { readFile } from 'node:fs/promises';
import type { Result } from '../model/engine.ts';
import { complaintAbout, isPair, refusalOf } from '../runtime/pem.ts';
import type { TlsMaterial } from './otlp/http-exporter.ts';

export interface TlsFiles {
  readonly ca_file?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
}

type Key = keyof TlsFiles;

/** The problem is a sentence that names the option and the file. */
export async function readTlsFiles(files: TlsFiles): Promise<Result<TlsMaterial, string>> {
  const read = new Map<Key, Buffer>();
  for (const key of ['ca_file', 'cert_file', 'key_file'] as const) {
    const path = files[key];
    if (path === undefined) continue;
    try {
      read.set(key, await readFile(path));
    } catch (error) {
      return problem(
        `tls.${key} ${path} cannot be read (${codeOf(error)}). Check that it exists and that this process may read it.`,
      );
    }
    const complaint = complaintAbout(key === 'key_file' ? 'key' : 'certificate', read.get(key) ?? Buffer.alloc(0));
    if (complaint !== undefined) return problem(`tls.${key} ${path} ${complaint}`);
  }
  const [ca, cert, key] = [read.get('ca_file'), read.get('cert_file'), read.get('key_file')];
  if ((cert === undefined) !== (key === undefined)) {
    return problem('tls.cert_file and tls.key_file are a pair, and one of them is missing. Give both or neither.');
  }
  if (cert !== undefined && key !== undefined && !isPair(cert, key)) {
    return problem(
      `tls.key_file ${files.key_file} does not belong to tls.cert_file ${files.cert_file}. Use the pair that was made together.`,
    );
  }
  const refusal = cert === undefined || key === undefined ? undefined : refusalOf(cert, key);
  if (refusal !== undefined) {
    return problem(
      `tls.cert_file ${files.cert_file} is not taken by OpenSSL (${refusal}). Make a new pair, with a key and a digest that are long enough for today.`,
    );
  }
  return { ok: true, value: { ca, cert, key } };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function problem(sentence: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem: sentence };
}
