/** Certificates and keys for an engine: which files, and what is in them. */
import type { EngineProblem, Result } from '../model/engine.ts';
import { complaintAbout, isPair, refusalOf } from '../runtime/pem.ts';
import type { Surroundings } from './surroundings.ts';

/** Which files to use; read again at each connect, so that renewed certificates are taken up. */
export interface TlsFiles {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** False leaves the engine's certificate unchecked. */
  readonly verify: boolean;
}

export interface TlsMaterial {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly verify: boolean;
}

type Kind = 'ca' | 'cert' | 'key';

/** Reads the files and checks each, so that a wrong one is named and not met as an OpenSSL code. */
export async function readTlsFiles(
  files: TlsFiles,
  surroundings: Surroundings,
): Promise<Result<TlsMaterial, EngineProblem>> {
  if (files.cert !== undefined && files.key === undefined) {
    return problem(
      `The client certificate ${files.cert} has no key beside it. Give the key as well (key_file, or key.pem in the same folder).`,
    );
  }
  if (files.key !== undefined && files.cert === undefined) {
    return problem(
      `The client key ${files.key} has no certificate beside it. Give the certificate as well (cert_file, or cert.pem in the same folder).`,
    );
  }
  const read: Record<Kind, Buffer | undefined> = { ca: undefined, cert: undefined, key: undefined };
  for (const kind of ['ca', 'cert', 'key'] as const) {
    const path = files[kind];
    if (path === undefined) continue;
    try {
      read[kind] = await surroundings.read(path);
    } catch (error) {
      return problem(
        `The TLS file ${path} cannot be read (${codeOf(error)}). Check that it exists and that this process may read it.`,
      );
    }
    const complaint = complaintAbout(kind === 'key' ? 'key' : 'certificate', read[kind]);
    if (complaint !== undefined) return problem(`The TLS file ${path} ${complaint}`);
  }
  if (read.cert !== undefined && read.key !== undefined) {
    if (!isPair(read.cert, read.key)) {
      return problem(
        `The client key ${files.key} does not belong to the certificate ${files.cert}. Use the pair that was made together.`,
      );
    }
    const refusal = refusalOf(read.cert, read.key);
    if (refusal !== undefined) {
      return problem(
        `OpenSSL does not take the client certificate ${files.cert} (${refusal}). Make a new pair, with a key and a digest that are long enough for today.`,
      );
    }
  }
  return { ok: true, value: { ...read, verify: files.verify } };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function problem(message: string): { readonly ok: false; readonly problem: EngineProblem } {
  return { ok: false, problem: { code: 'tls_files', message } };
}
