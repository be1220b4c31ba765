#!/bin/sh
# Makes the lab's certificate authority and the certificate of its loopback origin. Needs openssl.
# The authority's key is thrown away, so nothing else can ever be signed with it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > config <<'END'
[ca]
default_ca = lab
[lab]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
[any]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[origin]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
: > index
echo 01 > serial

# 30 years, from a start long past, for machines whose clock is wrong.
validity='-startdate 20200101000000Z -enddate 20491231235959Z'
key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
# shellcheck disable=SC2086
{
  openssl req -new $key -keyout ca.key -out ca.csr -subj '/CN=Hotframe lab test authority' 2> /dev/null
  openssl ca -batch -notext -config config -selfsign -keyfile ca.key -in ca.csr -out ca.pem -extensions authority $validity 2> /dev/null
  openssl req -new $key -keyout origin-key.pem -out origin.csr -subj '/CN=Hotframe lab test origin' 2> /dev/null
  openssl ca -batch -notext -config config -keyfile ca.key -cert ca.pem -in origin.csr -out origin.pem -extensions origin $validity 2> /dev/null
}
cp ca.pem origin.pem origin-key.pem "$here/"
