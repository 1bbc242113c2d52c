/** What can be wrong with TLS between here and an engine, by the codes of OpenSSL and Node. */
import type { EngineProblem } from '../model/engine.ts';

type Sentence = (text: string, error: unknown) => string;

const TRUST = 'Give the authority that signed it: ca_file, or ca.pem in DOCKER_CERT_PATH.';

const CLIENT_CERTIFICATE: Sentence = (text) =>
  `${text} asks for a client certificate and took none from us. Give one that its authority signed: cert_file and key_file, or cert.pem and key.pem in DOCKER_CERT_PATH.`;

const SELF_SIGNED: Sentence = (text) =>
  `The certificate of ${text} is signed by itself or by an authority that is not trusted here. ${TRUST}`;

const PLAIN: Sentence = (text) =>
  `${text} does not speak TLS: it answered in something else. If the engine takes plain connections there, write tcp:// and leave DOCKER_TLS_VERIFY and DOCKER_CERT_PATH empty.`;

const SENTENCES = new Map<string, Sentence>([
  [
    'CERT_HAS_EXPIRED',
    (text) => `The certificate of ${text} has expired. Renew it on the engine's side; also check this machine's clock.`,
  ],
  [
    'CERT_NOT_YET_VALID',
    (text) => `The certificate of ${text} is not valid yet. Check this machine's clock and the engine's.`,
  ],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', SELF_SIGNED],
  ['SELF_SIGNED_CERT_IN_CHAIN', SELF_SIGNED],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', SELF_SIGNED],
  ['UNABLE_TO_GET_ISSUER_CERT', SELF_SIGNED],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', SELF_SIGNED],
  ['CERT_SIGNATURE_FAILURE', SELF_SIGNED],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    (text, error) =>
      `The certificate of ${text} is for another name${namesOf(error)}. Use one of those names in the endpoint, or have a certificate made for this one.`,
  ],
  ['ERR_SSL_WRONG_VERSION_NUMBER', PLAIN],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', PLAIN],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', CLIENT_CERTIFICATE],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_REQUIRED', CLIENT_CERTIFICATE],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', CLIENT_CERTIFICATE],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', CLIENT_CERTIFICATE],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', CLIENT_CERTIFICATE],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', CLIENT_CERTIFICATE],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', CLIENT_CERTIFICATE],
  ['ERR_SSL_TLS_ALERT_UNKNOWN_CA', CLIENT_CERTIFICATE],
]);

/** Undefined when the error has nothing to do with TLS. */
export function tlsProblem(
  code: string,
  error: unknown,
  { text }: { readonly text: string },
): EngineProblem | undefined {
  const sentence = SENTENCES.get(code === 'EPROTO' ? codeOfReason(error) : code);
  if (sentence !== undefined) return { code: 'tls_refused', message: sentence(text, error) };
  if (!code.startsWith('ERR_SSL_') && !code.startsWith('ERR_TLS_') && code !== 'EPROTO') return undefined;
  return {
    code: 'tls_refused',
    message: `TLS with ${text} failed (${code}). Check that the engine takes TLS 1.2 or newer and that both sides have the certificates that the other expects.`,
  };
}

/**
 * Where a write failed, Node gives `EPROTO` and OpenSSL's reason inside the message only (`…:wrong version number:…`); this
 * makes the code of it that Node gives elsewhere.
 */
function codeOfReason(error: unknown): string {
  const reason = /SSL routines:[^:]*:([^:]+):/.exec(error instanceof Error ? error.message : '')?.[1] ?? '';
  return `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
}

/** ` (it names a.example, 10.0.0.1)`, as far as Node told. */
function namesOf(error: unknown): string {
  const reason = error instanceof Error && 'cert' in error ? error.cert : undefined;
  const names =
    typeof reason === 'object' && reason !== null && 'subjectaltname' in reason ? reason.subjectaltname : '';
  const list = typeof names === 'string' ? names.replaceAll(/(DNS|IP Address):/g, '').slice(0, 200) : '';
  return list === '' ? '' : ` (it names ${list})`;
}
