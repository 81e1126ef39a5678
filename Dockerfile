# syntax=docker/dockerfile:1
# The worker's image; `rawi stories`, `rawi feed` and the other commands are in it too.
#
#   docker build --tag rawi .
#   docker buildx build --platform linux/amd64,linux/arm64 --tag rawi .
#
# It needs the network to Kafka and Redis and a /tmp of 128 MB: no other writable folder, no capability, no root. docs/operations.md

# The whole base has the compiler that hatch_build.py needs; what runs is on the slim one, which has the same Python in the same place.
FROM python:3.11-bookworm AS build
WORKDIR /src
COPY deploy/uv.txt deploy/
RUN python -m pip install --no-cache-dir --root-user-action ignore --require-hashes --requirement deploy/uv.txt
COPY . .
RUN --mount=type=cache,target=/root/.cache/uv deploy/build_root.sh /

FROM python:3.11-slim-bookworm
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="rawi" \
      org.opencontainers.image.description="Kafka topic of raw pages in, topic of clean, structured news articles out" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# pip could install into a running worker; nothing here needs it.
RUN python -m pip uninstall --yes pip setuptools wheel \
    && rm -rf /usr/local/lib/python3.11/ensurepip /usr/local/lib/python3.11/idlelib /root/.cache \
    && groupadd --system --gid 10001 rawi \
    && useradd --system --uid 10001 --gid rawi --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin rawi
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RAWI_HTTP_ADDR=0.0.0.0:9108 \
    RAWI_LOG_FORMAT=json
WORKDIR /app
USER 10001:10001
EXPOSE 9108
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=3 CMD ["/app/bin/rawi", "health"]
# --single-child: SIGTERM goes to the worker alone, which ends the pool's processes itself, after their pages.
ENTRYPOINT ["/app/bin/dumb-init", "--single-child", "--", "/app/bin/rawi"]
CMD ["run"]
