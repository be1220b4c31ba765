import { EvidenceError } from '../errors.ts';
import type { ArmHost } from './armHost.ts';
import { isHostMessage, type HostReply, type HostRequest } from './hostMessages.ts';

/** How long the parent may take to say that it has an extension host. Milliseconds. */
const ANSWER_MS = 10_000;

/** What is needed of this process. */
type Child = Pick<NodeJS.Process, 'send' | 'connected' | 'on' | 'off'>;

/**
 * The extension host of the process that started this one; undefined where nobody listens to this process.
 * Where somebody does who has no extension host, `describe` rejects with CLAIM_UNTESTABLE.
 */
export function parentHost(child: Child = process, answerMs = ANSWER_MS): ArmHost | undefined {
  if (child.send === undefined) return undefined;
  let calls = 0;
  return {
    async describe() {
      const reply = await call(child, { type: 'host.describe', id: ++calls }, answerMs);
      if (reply.type !== 'host.facts') throw refusal(reply);
      return reply.facts;
    },
    async download(order, signal) {
      signal.throwIfAborted();
      const id = ++calls;
      // What is on its way still writes: the end is waited for.
      const cancel = (): void => {
        if (child.connected) child.send?.({ type: 'host.cancel', id } satisfies HostRequest);
      };
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const reply = await call(child, { type: 'host.download', id, order });
        if (reply.type !== 'host.end') throw refusal(reply);
        return reply.end;
      } catch (error) {
        // A parent that goes away has the whole test stop, and that is its reason then.
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}

/** Asks and waits for the answer. A process that listens stays alive: it does so meanwhile only. */
async function call(child: Child, request: HostRequest, patienceMs?: number): Promise<HostReply> {
  const { promise, resolve, reject } = Promise.withResolvers<HostReply>();
  const onMessage = (message: unknown): void => {
    if (isHostMessage(message) && message.id === request.id) resolve(message as HostReply);
  };
  const onGone = (): void => reject(gone());
  child.on('message', onMessage);
  child.on('disconnect', onGone);
  const timer = patienceMs === undefined ? undefined : setTimeout(() => reject(absent()), patienceMs);
  try {
    send(child, request);
    return await promise;
  } finally {
    clearTimeout(timer);
    child.off('message', onMessage);
    child.off('disconnect', onGone);
  }
}

/** @throws {EvidenceError} CLAIM_RUN where nobody is there */
function send(child: Child, request: HostRequest): void {
  if (!child.connected) throw gone();
  child.send?.(request);
}

const hint = 'Test the claim in VS Code: the runs so far are kept.';

function refusal(reply: HostReply): EvidenceError {
  return failure(
    reply.type === 'host.failed'
      ? `The extension host cannot run the arm: ${reply.message}`
      : 'The extension host gave another answer than was asked for.',
  );
}

function absent(): EvidenceError {
  return new EvidenceError('CLAIM_UNTESTABLE', 'The process that started this test has no extension host.', { hint });
}

function gone(): EvidenceError {
  return failure('The extension host that runs the arm is not there any more.');
}

function failure(message: string): EvidenceError {
  return new EvidenceError('CLAIM_RUN', message, { hint });
}
