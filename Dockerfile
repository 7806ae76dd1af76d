# syntax=docker/dockerfile:1
# Build: docker build -t switchboard .   Run: see compose.yaml and docs/run.md.
FROM python:3.13-slim AS build
COPY . /source
RUN sh /source/container/install.sh /source /opt/switchboard

FROM python:3.13-slim
# A number, so that orchestrators can see that it is not root. It owns nothing but /data.
RUN install -d -o 10001 -g 10001 -m 700 /data
COPY --from=build /opt/switchboard /opt/switchboard
ENV DATABASE_URL=sqlite+aiosqlite:////data/switchboard.db \
    HEALTH_HOST=0.0.0.0 \
    HEALTH_PORT=8080 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /opt/switchboard/app
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["/opt/switchboard/venv/bin/python", "-m", "bot.probe"]
ENTRYPOINT ["/opt/switchboard/venv/bin/python", "-m", "bot"]
CMD ["run"]
