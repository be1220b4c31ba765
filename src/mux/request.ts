/** Where an input's own time line starts again (EXT-X-DISCONTINUITY). */
export interface Discontinuity {
  /** Offset of the first byte behind it, in the input's file: the start of a fragment, or of the init segment before it. */
  offset: number;
  /** Where the playlist puts it, in seconds from its first fragment. A hole before it stays a hole in the output. */
  timeS: number;
}

export interface MuxInput {
  path: string;
  /**
   * `media`: MPEG-TS, fragmented MP4 (its init segments in front of the fragments that they are for) or packed audio
   * (ADTS or MP3, with the ID3 tags of RFC 8216, section 3.4). `subtitles`: WebVTT whose cues count from the first
   * moment of the first input.
   */
  kind: 'media' | 'subtitles';
  /** BCP 47, of the audio or the subtitles in it. */
  language?: string;
  /** As people read it. */
  name?: string;
  isDefault?: boolean;
  /** In order. Every media input has as many as the first one, or none. */
  discontinuities?: readonly Discontinuity[];
}

export type MuxContainer = 'mp4' | 'mkv' | 'ts';

/** Inputs to be copied, packet by packet, into one file. */
export interface MuxRequest {
  /** The first one leads: its time line is the output's. */
  inputs: readonly MuxInput[];
  /** Written anew; nothing is left there unless all went well. Its name says nothing of the container. */
  output: string;
  container: MuxContainer;
  muxer: 'mediabunny' | 'ffmpeg';
  /** Executable of ffmpeg; the one on PATH where absent. */
  ffmpegPath?: string;
}

export interface MuxedTrack {
  type: 'video' | 'audio' | 'subtitles';
  /** `avc`, `hevc`, `aac`, `mp3`, `ac3`, `eac3`, …; as ffmpeg names it where ffmpeg muxed. */
  codec: string;
  /** Packets in the output; absent for subtitles. */
  packets?: number;
  /** Video packets in front of the first key frame: nothing can decode them, so they are left out. */
  undecodable?: number;
  language?: string;
  name?: string;
}

export interface MuxResult {
  bytes: number;
  durationS: number;
  tracks: MuxedTrack[];
}

export interface MuxOptions {
  signal?: AbortSignal | undefined;
  /** Share of the work that is done, 0 to 1, never less than before. */
  onProgress?: ((share: number) => void) | undefined;
}
