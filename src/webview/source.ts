import type { Frame } from '../profile/model.ts';

/** Whether a frame's file can be one on disk: a path or a file URL, not a runtime's module, a binary or the network. */
export function hasSource({ file }: Pick<Frame, 'file'>): boolean {
  if (file === undefined) return false;
  if (file.startsWith('file://') || /^[a-z]:[\\/]/i.test(file)) return true;
  if (/^[a-z][a-z0-9+.-]*:/i.test(file)) return false;
  return /\.[a-z]{1,4}$/i.test(file) && !/\.(?:so|ko|exe|dll|map)$/i.test(file);
}
