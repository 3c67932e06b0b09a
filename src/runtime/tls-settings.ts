/**
 * What checks over TLS have in common: the certificate and key of the SSL block. In: paths. Out: a context,
 * and what could not be used, so that one bad file does not take the other checks along.
 */
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { TlsSettings } from './stream-linux.ts';

export interface TlsFiles {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly password?: string;
}

export interface TlsComplaint {
  readonly what: string;
  readonly path: string;
  readonly reason: string;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Old servers are to be reached as well: upstream takes every version that OpenSSL has. */
const LENIENT: SecureContextOptions = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' };

export function tlsSettings(files: TlsFiles, complain: (complaint: TlsComplaint) => void): TlsSettings {
  const read = (what: string, path: string | undefined): Buffer | undefined => {
    if (path === undefined) return undefined;
    try {
      return readFileSync(path);
    } catch (error) {
      complain({ what, path, reason: messageOf(error) });
      return undefined;
    }
  };
  const ca = read('ca', files.ca);
  const cert = read('certificate', files.certificate);
  const key = read('key', files.key);
  const { password } = files;
  try {
    return {
      context: createSecureContext({
        ...LENIENT,
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined || key === undefined ? {} : { cert, key }),
        ...(password === undefined ? {} : { passphrase: password }),
      }),
    };
  } catch (error) {
    complain({ what: 'key', path: files.key ?? '', reason: messageOf(error) });
    return { context: createSecureContext(LENIENT) };
  }
}
