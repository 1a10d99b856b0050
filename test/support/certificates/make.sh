#!/bin/sh
# Makes the certificates that tests speak https with: an authority, a server and a client. Valid for a hundred years.
set -e
cd "$(dirname "$0")"
key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
signed() {
  key "$1"
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  printf '%s\n' "$3" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA authority.crt -CAkey authority.key -CAcreateserial -days 36500 \
    -extfile "$1.ext" -out "$1.crt"
  rm "$1.csr" "$1.ext"
}
key authority
openssl req -x509 -key authority.key -subj "/CN=Sidehook tests" -days 36500 -out authority.crt
signed server localhost "subjectAltName=DNS:localhost,DNS:api.internal,IP:127.0.0.1"
signed client sidehook "extendedKeyUsage=clientAuth"
rm -f authority.key authority.srl
