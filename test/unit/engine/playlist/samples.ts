import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../../src/engine/errors.ts';
import { PlaylistError } from '../../../../src/engine/errors.ts';
import type { Fragment, MediaPlaylist, MultivariantPlaylist } from '../../../../src/engine/playlist/model.ts';
import { readPlaylist } from '../../../../src/engine/playlist/read.ts';

/** Where the samples come from. */
export const BASE = 'https://cdn.example/vod/list.m3u8?token=secret';

/** A whole VOD playlist around these lines. */
export function vod(...lines: string[]): string {
  return ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:10', ...lines, '#EXT-X-ENDLIST', ''].join('\n');
}

/** Reads a playlist that must be a media playlist. */
export function readMediaSample(text: string | Uint8Array, imports?: Record<string, string>): MediaPlaylist {
  const playlist = readPlaylist(text, BASE, { imports });
  assert.equal(playlist.kind, 'media');
  return playlist;
}

/** Reads a playlist that must be a multivariant playlist. */
export function readMultivariantSample(text: string): MultivariantPlaylist {
  const playlist = readPlaylist(text, BASE);
  assert.equal(playlist.kind, 'multivariant');
  return playlist;
}

/** The fragments of a VOD playlist around these lines. */
export function fragmentsOf(...lines: string[]): readonly Fragment[] {
  return readMediaSample(vod(...lines)).fragments;
}

/** Asserts that `act` throws a PlaylistError with the code, whose message matches and gives nothing away. */
export function assertPlaylistError(act: () => unknown, code: ErrorCode, message: RegExp): void {
  assert.throws(act, (error: unknown) => {
    assert.ok(error instanceof PlaylistError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.equal(error.exitCode, 4);
    assert.ok(error.hint.length > 20);
    assert.doesNotMatch(JSON.stringify(error), /secret/);
    return true;
  });
}
