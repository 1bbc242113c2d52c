/**
 * What is in a certificate or key file. Looked at before TLS is asked to use it, because TLS would say it with an OpenSSL
 * code, at the first connection, and not name the file.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';

/** What is wrong with the content, as the end of a sentence that begins with the file; undefined when nothing is. */
export function complaintAbout(kind: 'certificate' | 'key', content: Buffer): string | undefined {
  if (
    kind === 'key' &&
    /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(content.toString('latin1'))
  ) {
    return 'is encrypted with a passphrase, which is not supported. Write it without one: openssl pkey -in OLD -out NEW.';
  }
  try {
    // Both read DER as well, which TLS does not.
    if (!content.includes('-----BEGIN ')) throw new TypeError('not PEM');
    if (kind === 'key') createPrivateKey(content);
    else new X509Certificate(content);
    return undefined;
  } catch {
    return kind === 'key'
      ? 'holds no private key that can be read. It should be in PEM form: -----BEGIN PRIVATE KEY-----.'
      : 'holds no certificate that can be read. It should be in PEM form: -----BEGIN CERTIFICATE-----.';
  }
}

/** Whether the key is that of the certificate. Both have been looked at by {@link complaintAbout}. */
export function isPair(cert: Buffer, key: Buffer): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}

/** What OpenSSL would throw when it is to use a pair that was read well: a key that is too short, a weak digest. */
export function refusalOf(cert: Buffer, key: Buffer): string | undefined {
  try {
    createSecureContext({ cert, key });
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
