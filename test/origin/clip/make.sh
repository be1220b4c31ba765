#!/bin/sh
# Makes the clips of the lab. Needs ffmpeg 5 or newer with libx264.
#
# Each clip lasts 1.92 s exactly: 12 frames of video at 25/4 per second and 90 frames of AAC at 48 kHz,
# so repetitions shifted by 172,800 ticks of 90 kHz follow each other without a seam.
set -eu
cd "$(dirname "$0")"

seconds=1.92
quiet='-hide_banner -loglevel error -nostdin -y -threads 1'
exact='-fflags +bitexact -flags +bitexact -map_metadata -1'
x264='-c:v libx264 -preset slow -pix_fmt yuv420p -refs 3 -bf 2 -g 12 -sc_threshold 0'
# x264 writes its settings into an SEI message (type 6): bytes that no decoder needs.
x264="$x264 -bsf:v filter_units=remove_types=6"
aac='-c:a aac -b:a 32k -ac 1 -frames:a 90'
ts='-f mpegts -metadata service_provider=Hotframe -metadata service_name=lab'
fragmented='-f mp4 -movflags +empty_moov+default_base_moof+frag_keyframe+skip_trailer'

picture() { echo "-f lavfi -i testsrc=size=$1:rate=25/4:duration=$seconds"; }
tone() { echo "-f lavfi -i sine=frequency=$1:sample_rate=48000:duration=$seconds"; }
# The video starts 0.32 s in, after the time that its B-frames need; the audio of the groups starts with it.
group="$aac -output_ts_offset 0.32"

# shellcheck disable=SC2086
{
  ffmpeg $quiet $(picture 3840x2160) $(tone 440) $x264 -crf 36 -level 5.1 $aac $exact $ts 2160p-av.mpegts
  ffmpeg $quiet -i 2160p-av.mpegts -map 0:v -c copy $exact $ts 2160p.mpegts
  ffmpeg $quiet $(picture 1920x1080) $x264 -crf 36 -level 4.0 $exact $ts 1080p.mpegts
  ffmpeg $quiet $(picture 1280x720) $x264 -crf 36 -level 3.1 $exact $ts 720p.mpegts
  ffmpeg $quiet $(picture 640x360) $x264 -crf 36 -level 3.0 $exact $ts 360p.mpegts
  ffmpeg $quiet $(picture 640x360) $(tone 440) $x264 -crf 36 -level 3.0 $aac $exact $ts 360p-av.mpegts
  ffmpeg $quiet $(tone 440) $group $exact $ts audio-en.mpegts
  ffmpeg $quiet $(tone 330) $group $exact $ts audio-de.mpegts
  ffmpeg $quiet $(picture 640x360) $(tone 440) $x264 -crf 36 -level 3.0 $aac $exact $fragmented 360p-av.mp4
  ffmpeg $quiet $(picture 1280x720) $(tone 330) $x264 -crf 36 -level 3.1 $aac $exact $fragmented 720p-av.mp4
}
