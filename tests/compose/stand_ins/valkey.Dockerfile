# In place of docker.io/valkey/valkey:8.1-alpine
FROM aqueduc-stand-in/trixie
RUN groupadd --gid 1000 valkey && useradd --uid 999 --gid 1000 valkey \
 && apt-get update \
 && apt-get install --yes --no-install-recommends valkey-server valkey-tools \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner 999 --group 1000 /data
WORKDIR /data
CMD ["valkey-server"]
