import type { ChildProcess } from 'node:child_process';
import type { ArmHost } from './armHost.ts';
import { isHostMessage, type HostReply, type HostRequest } from './hostMessages.ts';

/**
 * Lets a child process, which tests a claim, run the arms that are for the extension host in this one, over its IPC channel. The child's end
 * cancels what it had begun.
 */
export function serveHost(child: ChildProcess, host: ArmHost): void {
  const running = new Map<number, AbortController>();
  const answer = async (request: HostRequest): Promise<HostReply | undefined> => {
    const { id } = request;
    switch (request.type) {
      case 'host.describe':
        return { type: 'host.facts', id, facts: await host.describe() };
      case 'host.download': {
        const cancelling = new AbortController();
        running.set(id, cancelling);
        try {
          return { type: 'host.end', id, end: await host.download(request.order, cancelling.signal) };
        } finally {
          running.delete(id);
        }
      }
      case 'host.cancel':
        running.get(id)?.abort();
        return undefined;
    }
  };
  const tell = (reply: HostReply | undefined): void => {
    // Who has ended meanwhile needs no answer.
    if (reply !== undefined && child.connected) child.send(reply, () => undefined);
  };
  child.on('message', (message: unknown) => {
    if (!isHostMessage(message)) return;
    const request = message as HostRequest;
    answer(request).then(tell, (error: unknown) =>
      tell({ type: 'host.failed', id: request.id, message: error instanceof Error ? error.message : String(error) }),
    );
  });
  child.once('disconnect', () => {
    for (const cancelling of running.values()) cancelling.abort();
  });
}
