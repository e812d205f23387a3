# One image for every role and for the broker: kez and the pinned nats-server on Debian, without a shell's worth of
# extras. Built by `docker compose build`; Tests/Compose checks this file as far as that can be done without an engine.

ARG SWIFT_VERSION=6.3.1

FROM swift:${SWIFT_VERSION}-bookworm AS build
WORKDIR /src
# What changes rarely comes first, so that its layers are kept.
COPY scripts scripts
RUN scripts/setup-packages && scripts/setup-nats-server && scripts/setup-web
COPY web web
RUN scripts/build-web /out/web
COPY Package.swift ./
COPY deploy deploy
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product kez --static-swift-stdlib
RUN cp -L .build/release/kez .tools/bin/nats-server /out/ && strip /out/kez

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libnats3.4 libsodium23 libsqlite3-0 libstdc++6 \
    && rm -rf /var/lib/apt/lists/*
# Volumes take owner and mode from these folders when they are made.
RUN groupadd --gid 10001 kez \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/kez --shell /usr/sbin/nologin kez \
    && install -d -o kez -g kez -m 0700 /var/lib/kez /var/lib/nats /run/secrets/kez /roles \
        /roles/provision /roles/registry /roles/inbox-worker /roles/auth-callout /roles/gateway /roles/operator \
    && install -d -o kez -g kez -m 0755 /etc/kez
COPY --from=build /out/kez /out/nats-server /usr/local/bin/
COPY --from=build /out/web /usr/local/share/kez/web
ENV KEZ_DATA=/var/lib/kez KEZ_KEYS=/run/secrets/kez
USER 10001:10001
WORKDIR /var/lib/kez
ENTRYPOINT ["kez"]
CMD ["--help"]
