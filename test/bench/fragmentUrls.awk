# Prints the absolute URLs of a media playlist's fragments; `url` is that of the playlist.
BEGIN {
  sub(/[?#].*/, "", url)
  match(url, /^[a-z]+:\/\/[^\/]*/)
  origin = substr(url, 1, RLENGTH)
  sub(/[^\/]*$/, "", url)
}
{ sub(/\r$/, "") }
/^#/ || /^$/ { next }
/^[a-z]+:\/\// { print; next }
/^\// { print origin $0; next }
{ print url $0 }
