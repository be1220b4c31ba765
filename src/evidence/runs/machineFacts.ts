import { execFile } from 'node:child_process';
import { readFile, statfs } from 'node:fs/promises';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import type { MachineFacts } from '../testRecord.ts';

/** Magic numbers of statfs(2). */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0x0102_1994: 'tmpfs',
  0xef53: 'ext4',
  0x5846_5342: 'xfs',
  0x9123_683e: 'btrfs',
  0x794c_7630: 'overlay',
  0x6969: 'nfs',
};

/** Describes the machine; `folder` is where the arms write. Holds nothing of who uses it. */
export async function describeMachine(folder: string, isProfiled: boolean): Promise<MachineFacts> {
  const { type: kind } = await statfs(folder);
  const perf = isProfiled ? await perfVersion() : undefined;
  return {
    processor: cpus()[0]?.model.trim() ?? arch(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: await systemName(),
    kernel: `${type()} ${release()}`,
    fileSystem: FILE_SYSTEMS[kind] ?? `0x${kind.toString(16)}`,
    versions: [
      `Node ${process.version.slice(1)}`,
      `OpenSSL ${process.versions.openssl}`,
      ...(perf === undefined ? [] : [perf]),
    ],
  };
}

async function systemName(): Promise<string> {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? type();
  } catch {
    // Not every system has the file: its kind is known all the same.
    return type();
  }
}

async function perfVersion(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('perf', ['--version']);
    return stdout.trim().replace(' version', '');
  } catch {
    // Without perf there is no version to tell; the profile runs say what is missing.
    return undefined;
  }
}
