import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a lock. */
export interface LockOwner {
  pid: number;
  host: string;
  /** Linux: the running kernel and the namespace that the pid counts in. */
  space?: string;
  /** ISO 8601. */
  since: string;
}

/** This process as the owner of a lock that it takes now. */
export function describeSelf(): LockOwner {
  const self = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  return ownSpace === undefined ? self : { ...self, space: ownSpace };
}

/**
 * Whether an owner's process is certainly gone: it ran on this host, where its pid would be seen, and is not there.
 * One of another machine or container cannot be seen from here, and a pid may have been given out again: their
 * heartbeat decides.
 */
export function isGone({ pid, host, space }: LockOwner): boolean {
  if (host !== hostname() || space !== ownSpace || !Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: there is one, of another user.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Machines that share a folder may share a name, and containers of one machine do not see each other's processes: the
 * boot's id tells the first apart, the pid namespace the second.
 */
function readSpace(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Without /proc no pid can be trusted: a space that no other process has.
    return `unknown ${process.pid} ${Date.now()}`;
  }
}

const ownSpace = readSpace();
