import type { Frame } from '../profile/model.ts';

/** What a function belongs to, short enough for a legend: a package, one of the runtime's modules, a binary, or a file's folder; empty where the profile does not say. */
export function moduleOf({ file }: Pick<Frame, 'file'>): string {
  if (file === undefined || file === '') return '';
  const path = file.replaceAll('\\', '/');
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  if (inPackage !== undefined) return inPackage;
  const runtime = /^node:(?:internal\/)?([^/:]+)/.exec(path)?.[1];
  if (runtime !== undefined) return `node:${runtime}`;
  if (path.startsWith('[')) return path;
  const crate = /\/(?:registry\/src\/[^/]+|rustc\/[^/]+\/library)\/([^/]+)/.exec(path)?.[1];
  if (crate !== undefined) return crate.replace(/-\d[\w.+-]*$/, '');
  const segments = path
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
    .split('/')
    .filter(Boolean);
  const last = segments.at(-1) ?? path;
  return last.replace(/\.so(?:\.[\d.]+)?$/, '.so');
}
