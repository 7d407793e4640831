# In place of docker.io/library/python:3.13-slim-trixie
FROM aqueduc-stand-in/trixie
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates python3 python3-pip python3-venv \
 && rm -rf /var/lib/apt/lists/* /usr/lib/python3*/EXTERNALLY-MANAGED \
 && ln -s /usr/bin/python3 /usr/local/bin/python && ln -s /usr/bin/python3 /usr/local/bin/python3
CMD ["python3"]
