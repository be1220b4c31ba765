import * as tls from 'node:tls';
import * as vscode from 'vscode';

/** `tls.getCACertificates` came with Node 22.15; an older host has none. */
const getCertificates = (tls as Partial<Pick<typeof tls, 'getCACertificates'>>).getCACertificates;

/**
 * The operating system's certificates as PEM, because Node trusts its own list only and a company's proxy is on the
 * system's. Nothing when the person turned `http.systemCertificates` off.
 */
export function readSystemCertificates(): string | undefined {
  if (!vscode.workspace.getConfiguration('http').get<boolean>('systemCertificates', true)) return undefined;
  const certificates = getCertificates?.('system') ?? [];
  return certificates.length === 0 ? undefined : certificates.join('\n');
}
