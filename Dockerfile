# docker-events-otel: one program, its libraries and nothing else. No shell, no package manager.
#
#     docker build -t docker-events-otel:0.1.0 .
#     docker run --rm --group-add "$(stat -c %g /var/run/docker.sock)" \
#       --volume /var/run/docker.sock:/var/run/docker.sock:ro \
#       --env OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector:4318 docker-events-otel:0.1.0
#
# What it keeps is in one volume, --volume docker-events:/var/lib/docker-events-otel; without a name for it each new container
# begins with an empty one. Nothing else is written: add --read-only --cap-drop ALL --security-opt no-new-privileges.

# The same Node as the development dependency `node`, to the patch.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /build

# First what changes seldom, so that a change of the sources does not install again. The engine needs no install script.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
# Types and source maps of libraries are a third of their size, and nothing reads them here.
RUN npm run build && npm prune --omit=dev --ignore-scripts \
  && find node_modules -name '*.map' -delete -o -name '*.d.ts' -delete

# What the last stage is made of: Node, the shared libraries that it says it needs, and names for the user.
RUN mkdir -p /image/app /image/etc /image/tmp /state && chmod 1777 /image/tmp \
  && ldd /usr/local/bin/node | grep -o '/[^ ]*' | xargs cp --parents --dereference --target-directory=/image \
  && cp --parents /usr/local/bin/node /image \
  && echo 'nonroot:x:65532:65532:docker-events-otel:/tmp:/sbin/nologin' > /image/etc/passwd \
  && echo 'nonroot:x:65532:' > /image/etc/group \
  && echo 'hosts: files dns' > /image/etc/nsswitch.conf \
  && cp -r dist node_modules package.json /image/app

FROM scratch
LABEL org.opencontainers.image.title="docker-events-otel" \
      org.opencontainers.image.description="Docker Engine events as OpenTelemetry log records, over OTLP to any backend." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
COPY --from=build /image /
# A new volume takes over whose it is.
COPY --from=build --chown=65532:65532 /state /var/lib/docker-events-otel
COPY LICENSE /app/LICENSE
COPY recordings /app/recordings
COPY otel-config/rules /app/otel-config/rules
WORKDIR /app
ENV PATH=/usr/local/bin \
    NODE_ENV=production \
    DOCKER_EVENTS_OTEL_STORAGE=/var/lib/docker-events-otel
VOLUME /var/lib/docker-events-otel
# A number, so that orchestrators can see that it is not root. The group of the socket is added where it is run.
USER 65532:65532
STOPSIGNAL SIGTERM
# Each check would be three events in the stream that is read here, and there is no health endpoint yet.
HEALTHCHECK NONE
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["run"]
