#!/bin/sh
# The settings of versitygw that the Dockerfile and docker-compose.yaml use: VGW_BACKEND_ARG, VGW_PORT, VGW_HEALTH.
set -eu
cat > /tmp/Caddyfile <<END
{
	admin off
	auto_https off
	persist_config off
}
http://$VGW_PORT {
	handle $VGW_HEALTH {
		respond 200
	}
	handle {
		reverse_proxy 127.0.0.1:7071
	}
}
END
export HOME=/tmp XDG_DATA_HOME=/tmp XDG_CONFIG_HOME=/tmp
# The variable is read as CSV, where the key and its secret are one value.
RCLONE_AUTH_KEY="\"$ROOT_ACCESS_KEY_ID,$ROOT_SECRET_ACCESS_KEY\"" rclone serve s3 --config /dev/null --addr 127.0.0.1:7071 \
  --dir-perms 0700 --file-perms 0600 --dir-cache-time 1ms "$VGW_BACKEND_ARG" &
exec caddy run --config /tmp/Caddyfile
