const headEnd = '\r\n\r\n';
const headStart = Buffer.from('HTTP/');

/**
 * Tells whether a piece of an HTTP/1.1 connection ends in the middle of a head (RFC 9112 §2.1). One request at a time:
 * a head can begin after a request, and behind another one (1xx, RFC 9110 §15.2). In doubt it is one.
 */
export class HeadBoundary {
  #state: 'none' | 'expected' | 'open' = 'none';

  /** A request is sent. */
  expect(): void {
    this.#state = 'expected';
  }

  /** Whether `chunk`, which comes next, ends in the middle of a head. */
  isOpenAfter(chunk: Buffer): boolean {
    let at = 0;
    while (this.#state !== 'none' && at < chunk.length) {
      if (this.#state === 'expected' && !canStartHead(chunk, at)) {
        this.#state = 'none';
        break;
      }
      const end = chunk.indexOf(headEnd, at, 'latin1');
      this.#state = end === -1 ? 'open' : 'expected';
      at = end === -1 ? chunk.length : end + headEnd.length;
    }
    return this.#state === 'open';
  }
}

/** Whether the bytes from `at` on are the beginning of a head, or too few to tell. Line ends before it are skipped. */
function canStartHead(chunk: Buffer, at: number): boolean {
  let start = at;
  while (chunk[start] === 0x0d || chunk[start] === 0x0a) start++;
  const length = Math.min(headStart.length, chunk.length - start);
  return chunk.subarray(start, start + length).equals(headStart.subarray(0, length));
}
