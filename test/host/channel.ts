import { type Server, type Socket, connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** Environment variable that tells the extension host where the runner listens: `127.0.0.1:<port>`. */
export const channelVariable = 'HOTFRAME_CHANNEL';

/**
 * What runs in the extension host tells the runner. It goes over a connection of its own because the host's console also
 * carries everything that the workbench has to say.
 */
export type HostMessage =
  /** Something for a person to read. */
  | { type: 'line'; text: string }
  /** What the run is about, once, at its end. */
  | { type: 'result'; value: unknown };

/** The runner's side. */
export interface Channel {
  /** For the extension host's environment. */
  env: Record<string, string>;
  /** The last result that arrived. */
  result: () => unknown;
  close: () => Promise<void>;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the channel has no port'));
      else resolve(address.port);
    });
  });
}

/** Listens for what the extension host says. */
export async function openChannel(onLine: (text: string) => void): Promise<Channel> {
  let result: unknown;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A host that is killed resets its connection; what it failed to say is missed by whoever needs the result.
    socket.on('error', (error) => onLine(`the extension host's connection broke: ${error.message}`));
    createInterface({ input: socket }).on('line', (line) => {
      const message = JSON.parse(line) as HostMessage;
      if (message.type === 'line') onLine(message.text);
      else result = message.value;
    });
  });
  const port = await listen(server);
  return {
    env: { [channelVariable]: `127.0.0.1:${port}` },
    result: () => result,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The extension host's side. */
export interface Speaker {
  say: (message: HostMessage) => void;
  /** Resolves when everything said has been handed over. */
  end: () => Promise<void>;
}

/** Connects to the runner that the environment names; rejects when there is none. */
export async function connectChannel(): Promise<Speaker> {
  const [host, port] = (process.env[channelVariable] ?? '').split(':');
  if (host === undefined || port === undefined) throw new Error(`${channelVariable} names no runner`);
  const socket = connect({ host, port: Number(port) });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('error', reject);
  });
  return {
    say: (message) => void socket.write(`${JSON.stringify(message)}\n`),
    end: () =>
      new Promise((resolve, reject) => {
        socket.once('error', reject);
        // The runner's end of the connection closes only after it has read everything.
        socket.once('close', () => resolve());
        socket.end();
        socket.resume();
      }),
  };
}
