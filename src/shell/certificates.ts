import * as tls from 'node:tls';
import * as vscode from 'vscode';

/** `tls.getCACertificates` came with Node 22.15; an older host has none. */
const getCertificates = (tls as Partial<Pick<typeof tls, 'getCACertificates'>>).getCACertificates;

/**
 * The operating system's certificates as PEM, because Node trusts its own list only and a company's proxy is on the
 * system's. Nothing when the person turned `http.systemCertificates` off.
 */
function readSystemCertificates(): string | undefined {
  if (!vscode.workspace.getConfiguration('http').get<boolean>('systemCertificates', true)) return undefined;
  const certificates = getCertificates?.('system') ?? [];
  return certificates.length === 0 ? undefined : certificates.join('\n');
}

/** The system's certificates and those given, as one PEM text; nothing when there are none. */
export function trustedCertificates(given: string | undefined): string | undefined {
  const certificates = [readSystemCertificates(), given].filter((pem) => pem !== undefined);
  return certificates.length === 0 ? undefined : certificates.join('\n');
}
