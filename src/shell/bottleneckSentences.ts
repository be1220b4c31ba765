import { l10n } from 'vscode';
import type { Receipt } from '../engine/receipt.ts';
import { formatShare } from './figures.ts';

type Bottleneck = NonNullable<Receipt['bottleneck']>;

/** What a download was limited by, in brief: `limit: origin 72 %`. */
export function limitText({ kind, share }: Bottleneck): string {
  return l10n.t('limit: {0} {1}', nameOf(kind), formatShare(share));
}

/** The same as a sentence. */
export function limitSentence({ kind, share }: Bottleneck): string {
  return l10n.t('{0} of the time: {1}', formatShare(share), explanationOf(kind));
}

/** One of a newer version has no other name than its own. */
function nameOf(kind: string): string {
  return texts()[kind]?.name ?? kind;
}

function explanationOf(kind: string): string {
  return texts()[kind]?.explanation ?? kind;
}

/** By kind (`src/profile/bottleneck.ts`). */
function texts(): Partial<Record<string, { name: string; explanation: string }>> {
  return {
    origin: { name: l10n.t('origin'), explanation: l10n.t('waited for answers of the origin to begin.') },
    bandwidth: { name: l10n.t('bandwidth'), explanation: l10n.t('waited for bytes to come over the network.') },
    connections: {
      name: l10n.t('connections'),
      explanation: l10n.t('waited for answers while more requests at once were not allowed.'),
    },
    flowControl: {
      name: l10n.t('flow control'),
      explanation: l10n.t('waited for HTTP/2 flow control: a window was too small for the length of the path.'),
    },
    cpu: { name: l10n.t('CPU'), explanation: l10n.t('the engine’s thread was busy.') },
    decrypt: { name: l10n.t('decryption'), explanation: l10n.t('the engine’s thread was decrypting.') },
    disk: { name: l10n.t('disk'), explanation: l10n.t('waited for the disk.') },
    order: { name: l10n.t('order'), explanation: l10n.t('waited for an earlier fragment, with the memory full.') },
    rate: { name: l10n.t('rate limit'), explanation: l10n.t('waited for the rate that is set.') },
    backOff: { name: l10n.t('back-off'), explanation: l10n.t('waited before another try.') },
    live: { name: l10n.t('broadcast'), explanation: l10n.t('waited for the broadcast to go on.') },
    finishing: { name: l10n.t('finishing'), explanation: l10n.t('made the file after the last fragment.') },
  };
}
