import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** What a TLS server shows, and what its clients trust; PEM. */
export interface Credentials {
  key: string;
  cert: string;
  ca: string;
}

interface Issue {
  subject: string;
  publicKey: KeyObject;
  issuer: { name: string; key: KeyObject };
  isAuthority: boolean;
}

const VALID_DAYS = 30;
const DAY_MS = 86_400_000;

/** Makes keys and certificates for 127.0.0.1 that live as long as this process: an authority and what it issued. */
export function createCredentials(): Credentials {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name: 'Hotframe origin authority', key: authority.privateKey };
  const ca = issue({ subject: issuer.name, publicKey: authority.publicKey, issuer, isAuthority: true });
  const cert = issue({ subject: 'Hotframe origin', publicKey: server.publicKey, issuer, isAuthority: false });
  return { key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert, ca };
}

/** A version 3 certificate (RFC 5280 §4.1), signed with ECDSA and SHA-256. */
function issue({ subject, publicKey, issuer, isAuthority }: Issue): string {
  const now = Date.now();
  const extensions = [
    extension([0x55, 0x1d, 0x13], true, sequence(...(isAuthority ? [der(0x01, Buffer.from([0xff]))] : []))),
    ...(isAuthority ? [] : [extension([0x55, 0x1d, 0x11], false, alternativeNames)]),
  ];
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    nameOf(issuer.name),
    sequence(time(now - DAY_MS), time(now + VALID_DAYS * DAY_MS)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuer.key);
  return pem(sequence(body, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature]))));
}

/** Tag, length and content (X.690 §8.1). */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const digits = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, 0x80 + digits.length, ...digits]), content]);
}

function sequence(...contents: Buffer[]): Buffer {
  return der(0x30, ...contents);
}

function identifier(bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

/** 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = sequence(identifier([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]));

/** 127.0.0.1 and localhost. */
const alternativeNames = sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from('localhost')));

function extension(id: readonly number[], isCritical: boolean, value: Buffer): Buffer {
  const flag = isCritical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(identifier(id), ...flag, der(0x04, value));
}

/** A name that is a common name alone. */
function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(identifier([0x55, 0x04, 0x03]), der(0x0c, Buffer.from(commonName)))));
}

/** UTCTime. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(text.slice(2)));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
