#!/bin/sh
# Runs the command with the public authorities and the city's own, where every client of the image looks for them
# (SSL_CERT_FILE and its like, in the Dockerfile).
set -eu
public=${PUBLIC_AUTHORITIES:-/etc/ssl/certs/ca-certificates.crt}
own=${OWN_AUTHORITIES:-/usr/local/share/ca-certificates}
# One after the other, each ended by a line: a certificate pasted without one would spoil the next.
for file in "$public" "$own"/*.crt; do
  if [ -e "$file" ]; then cat "$file" && echo; fi
done > "$SSL_CERT_FILE"
exec "$@"
