/** Name of the system behind a KEYFORMAT, for people. */
const SYSTEMS: Readonly<Record<string, string>> = {
  'com.apple.streamingkeydelivery': 'FairPlay',
  'urn:uuid:94ce86fb-07ff-4f43-adb8-93d2fa968ca2': 'FairPlay',
  'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed': 'Widevine',
  'com.widevine': 'Widevine',
  'urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95': 'PlayReady',
  'com.microsoft.playready': 'PlayReady',
  'urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b': 'Clear Key',
  'org.w3.clearkey': 'Clear Key',
  'urn:uuid:5e629af5-38da-4063-8977-97ffbd9902d4': 'Marlin',
  'urn:uuid:f239e769-efa3-4850-9c16-a903c6932efb': 'Primetime',
};

/** The rights-management system that a KEYFORMAT stands for; an unknown one by its own text, cut at 60 characters. */
export function nameKeySystem(keyFormat: string): string {
  return SYSTEMS[keyFormat.toLowerCase()] ?? `the key format “${keyFormat.slice(0, 60)}”`;
}
