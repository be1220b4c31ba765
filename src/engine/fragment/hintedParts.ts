import { isAbortError, TransferError } from '../errors.ts';
import type { ByteRange, Part } from '../playlist/model.ts';
import type { Client, TransferResult } from '../transport/client.ts';

/** A part's bytes as they were sent. */
export type PartBytes = TransferResult & { body: Buffer<ArrayBuffer> };

/** What EXT-X-PRELOAD-HINT says will be a part. */
export type HintedPart = Pick<Part, 'url' | 'byteRange'>;

interface Asked extends HintedPart {
  bytes: Promise<PartBytes | undefined>;
  abandon: () => void;
}

/** So many wait at most: who takes them may be behind. */
const mostAsked = 2;

/**
 * Parts of one stream that are asked for before they are listed (RFC 8216bis §6.3.8). Their bytes are of use only once a
 * part with that address is listed: what they are part of may change until then.
 */
export class HintedParts {
  readonly #client: Client;
  readonly #maxBytes: number;
  #asked: Asked[] = [];

  constructor(client: Client, maxBytes: number) {
    this.#client = client;
    this.#maxBytes = maxBytes;
  }

  /** Asks for what is hinted now, and gives up what is neither hinted nor listed any more. `timeoutMs`: the origin may hold it so long. */
  follow(hint: HintedPart | undefined, listed: readonly Part[], timeoutMs = 0): void {
    const isWanted = (asked: Asked) => [...listed, ...(hint ? [hint] : [])].some((part) => isSame(asked, part));
    for (const asked of this.#asked) if (!isWanted(asked)) asked.abandon();
    this.#asked = this.#asked.filter(isWanted);
    if (hint === undefined || this.#asked.length >= mostAsked || this.#asked.some((asked) => isSame(asked, hint)))
      return;
    this.#asked.push(this.#ask(hint, timeoutMs));
  }

  /** The bytes of a part that was asked for ahead, or nothing when it has to be asked for now. */
  async take(part: HintedPart): Promise<PartBytes | undefined> {
    const asked = this.#asked.find((each) => isSame(each, part));
    this.#asked = this.#asked.filter((each) => each !== asked);
    return asked?.bytes;
  }

  #ask({ url, byteRange }: HintedPart, timeoutMs: number): Asked {
    const ending = new AbortController();
    const bytes = this.#client
      .fetchBytes({
        resource: 'fragment',
        url,
        label: 'A part that the playlist hints at',
        byteRange,
        maxBytes: this.#maxBytes,
        limits: { tries: 1, firstByteMs: timeoutMs, noProgressMs: timeoutMs },
        signal: ending.signal,
        isHeld: true,
      })
      .catch((error: unknown) => {
        // The origin may change its mind (§6.2.6); as a part that is listed it is asked for once more.
        if (error instanceof TransferError || isAbortError(error) || ending.signal.aborted) return undefined;
        throw error;
      });
    // Who takes it is told of a failure; nobody may.
    bytes.catch(() => undefined);
    return { url, ...(byteRange ? { byteRange } : {}), bytes, abandon: () => ending.abort() };
  }
}

function isSame(a: HintedPart, b: HintedPart): boolean {
  return a.url === b.url && isSameRange(a.byteRange, b.byteRange);
}

function isSameRange(a: ByteRange | undefined, b: ByteRange | undefined): boolean {
  return a?.offset === b?.offset && a?.length === b?.length;
}
